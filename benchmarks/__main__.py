"""Run the benchmarks: `python -m benchmarks`."""

from .drawing import report

print("## Drawing to SVG\n")
print(report())
