"""Grading a class: an answer file marked row by row, counted, and written down for the lecturer and each student.

workers      sheets marked in chunks, by this process or by an executor's
sightings    the causes of all sheets, counted
statistics   mean, median and histogram of scores
classes      grade, and the report that it returns
tables       the class as CSV
page, feedback   the class as a page; each student's report as Markdown and for Gradescope
progress, command   the command line's verb
"""

from .classes import ClassReport, GradedSheet, grade

__all__ = ["ClassReport", "GradedSheet", "grade"]
