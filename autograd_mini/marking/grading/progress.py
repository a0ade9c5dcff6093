"""How far the marking is: a bar of tqdm on a terminal where tqdm is installed, else a line for every ten per cent."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Fewer sheets than this are marked before anybody wonders.
_FEWEST = 100


@contextmanager
def shown() -> Iterator[Callable[[int, int], None]]:
    """Give a function that shows on stderr how many of how many sheets are marked."""
    if sys.stderr.isatty():
        try:
            from tqdm import tqdm
        except ImportError:
            pass
        else:
            with tqdm(unit="sheet", leave=False) as bar:

                def move(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                yield move
            return
    tenths = 0

    def tell(done: int, total: int) -> None:
        nonlocal tenths
        if 10 * done // total > tenths and total >= _FEWEST:
            tenths = 10 * done // total
            print(f"{10 * tenths} %: {done} of {total} sheets", file=sys.stderr)

    yield tell
