"""The state of random generators as text, so that a run continues with the same numbers."""

import json
from typing import Any

import numpy as np

from ..errors import StateError


def written(generator: np.random.Generator) -> str:
    """Return a generator's state as text."""
    return json.dumps(generator.bit_generator.state, default=lambda array: array.tolist())


def restore(generator: np.random.Generator, text: Any) -> None:
    """Set a generator to a state that `written` gave.

    Raises:
        StateError: if it is the state of another kind of generator, or none.
    """
    try:
        state = json.loads(str(text))
        expected = generator.bit_generator.state["bit_generator"]
        if state["bit_generator"] != expected:
            raise StateError(f"the saved generator is a {state['bit_generator']}; this one is a {expected}.")
        generator.bit_generator.state = state
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, StateError):
            raise
        raise StateError(f"a generator's saved state cannot be read: {error}") from error
