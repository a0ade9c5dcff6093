"""`python -m autograd_mini` is the command autograd-mini."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
