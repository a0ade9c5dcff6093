"""Run the benchmarks: `python -m benchmarks`."""

from . import drawing, grading

print("## Drawing to SVG\n")
print(drawing.report())
print("\n## Grading a class\n")
print(grading.report())
