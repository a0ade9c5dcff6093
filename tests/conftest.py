"""The browser that pages are tested in, and what the test run says at its end: how much of NumPy the gates cover."""

import gc

import pytest
from chromium import launched, opening, windows
from rows import LINES

from autograd_mini.primitive import Plain, implementations, table


def pytest_collection_finish():
    # The tests themselves are a million objects, which the garbage collector would go through time and again.
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module")
def browser():
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def window(browser):
    with windows(browser) as window:
        yield window


@pytest.fixture
def show(window, tmp_path):
    """Return a function that opens a page."""
    with opening(window, tmp_path) as opened:
        yield opened


def pytest_terminal_summary(terminalreporter):
    plain = sum(isinstance(implementation, Plain) for implementation in implementations.values())
    rules = sum(bool(gate.rules) for gate in table.values())
    terminalreporter.write_line(
        f"coverage: {len(implementations)} NumPy functions work on Tensors, {plain} of them with plain results; "
        f"{rules} gates with rules; {len(LINES)} lines of specification, each to second order"
    )
