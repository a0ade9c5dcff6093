"""Numbers of things on the command line: `-n 30`, `--jobs 4`."""

import argparse
from collections.abc import Callable


def count(things: str, *, most: int) -> Callable[[str], int]:
    """Return the `type` of an option that takes a number of things from 1 to `most`.

    What it returns raises argparse.ArgumentTypeError for any other text; argparse then ends the command and says so.
    """

    def read(text: str) -> int:
        # One digit more than the largest has is enough to refuse a number, however long it is.
        if not text.isascii() or not text.isdigit() or not 1 <= int(text[: len(str(most)) + 1]) <= most:
            raise argparse.ArgumentTypeError(f"expected a number of {things} from 1 to {most}; got {text!r}")
        return int(text)

    return read
