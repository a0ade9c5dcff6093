"""NumPy's calls on JAX's arrays: jax.numpy has them by the same names."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from ..errors import UnsupportedError
from ..primitive import table
from .libraries import Ported, bare


class Array(Ported):
    """Stands for an array of JAX."""

    @classmethod
    def of(cls, value: Any, dtype: np.dtype[Any]) -> "Array":
        """Return numbers or an array as an operand."""
        return cls(jnp.asarray(value))

    @classmethod
    def call(cls, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what jax.numpy's function of the same name gives."""
        scope: Any = jnp.linalg if getattr(function, "__module__", "") == "numpy.linalg" else jnp
        if not hasattr(scope, function.__name__):
            raise UnsupportedError(f"there is no jax.numpy.{function.__name__}")
        return getattr(scope, function.__name__)(*args, **kwargs)

    def astype(self, dtype: Any) -> "Array":
        """Return the entries in another dtype."""
        return Array(self.array.astype(dtype))


def _scatter(x: Any, *, key: Any, shape: Any) -> Array:
    return Array(jnp.zeros(shape, x.array.dtype).at[bare(key)].add(x.array))


Array.special = {
    table["scatter"]: _scatter,
    table["set_at"]: lambda x, value, *, key: Array(jnp.asarray(bare(x)).at[bare(key)].set(bare(value))),
    table["add_at"]: lambda x, value, *, key: Array(jnp.asarray(bare(x)).at[bare(key)].add(bare(value))),
    table["cast"]: lambda x, *, dtype: x.astype(dtype),
    table["copy"]: lambda x, *, order: x,
}
