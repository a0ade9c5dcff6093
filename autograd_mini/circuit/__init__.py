"""From a graph to a picture: what is drawn, then where, then how.

units, folds, repeats       gates drawn as one: groups, repeated scopes; inputs drawn at each gate they feed
cells, heat                 the numbers on a wire, and arrays as heat maps
model                       what is drawn
columns, items              the columns, and what takes a row of one
ordering, heights, grid     the order of rows, and where they stand
layout, drawing, frames     every place settled, as the writers draw it
themes                      colours
svg, tikz, dot, text, html  the writers
render                      PNG and PDF, by Graphviz
figure                      draw
"""

from .figure import Circuit, draw

__all__ = ["Circuit", "draw"]
