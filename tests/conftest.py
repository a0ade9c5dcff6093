"""What the test run says at its end: how much of NumPy the table of gates covers."""

from rows import LINES

from autograd_mini.primitive import Plain, implementations, table


def pytest_terminal_summary(terminalreporter):
    plain = sum(isinstance(implementation, Plain) for implementation in implementations.values())
    rules = sum(bool(gate.rules) for gate in table.values())
    terminalreporter.write_line(
        f"coverage: {len(implementations)} NumPy functions work on Tensors, {plain} of them with plain results; "
        f"{rules} gates with rules; {len(LINES)} lines of specification, each to second order"
    )
