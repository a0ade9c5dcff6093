"""NumPy's calls on JAX's arrays: jax.numpy and jax.scipy.special have them by the same names."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..errors import UnsupportedError
from ..ops.sliding import Geometry
from ..primitive import table
from .convolutions import convolutions
from .stand_ins import Ported, bare


class Array(Ported):
    """Stands for an array of JAX."""

    @classmethod
    def of(cls, value: Any, dtype: np.dtype[Any]) -> "Array":
        """Return numbers or an array as an operand."""
        return cls(value if isinstance(value, jax.Array) else jnp.asarray(value, cls.held(dtype)))

    @classmethod
    def held(cls, dtype: np.dtype[Any]) -> np.dtype[Any]:
        """Return float32 for float64, and so on, unless JAX is set to 64 bits."""
        return np.dtype(jax.dtypes.canonicalize_dtype(dtype))

    @classmethod
    def call(cls, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Return what JAX's function of the same name gives."""
        if function is np.einsum:
            # A plan of NumPy's means nothing to JAX, which makes its own.
            kwargs = {}
        in_linalg = getattr(function, "__module__", "") == "numpy.linalg"
        name = "digamma" if function.__name__ == "psi" else function.__name__
        for scope in (jnp.linalg,) if in_linalg else (jnp, jax.scipy.special):
            if hasattr(scope, name):
                return getattr(scope, name)(*args, **kwargs)
        raise UnsupportedError(f"there is no jax.numpy.{name}")

    def astype(self, dtype: Any) -> "Array":
        """Return the entries in another dtype."""
        return Array(self.array.astype(self.held(np.dtype(dtype))))


def _scatter(x: Any, *, key: Any, shape: Any) -> Array:
    return Array(jnp.zeros(shape, x.array.dtype).at[bare(key)].add(x.array))


def _argsort(x: Any, *, axis: int) -> Array:
    return Array(jnp.argsort(x.array, axis, stable=True))


def _correlated(x: Any, w: Any, geometry: Geometry) -> Array:
    return Array(
        jax.lax.conv_general_dilated(
            x.array,
            w.array,
            geometry.stride,
            [(padding, padding) for padding in geometry.padding],
            rhs_dilation=geometry.dilation,
            feature_group_count=geometry.groups,
        )
    )


def _transposed(function: Any, shape: Any, upstream: Any) -> Array:
    """Return what a linear function of an array of a shape sends back."""
    (sent,) = jax.linear_transpose(lambda array: function(Array(array)).array, np.empty(shape, upstream.dtype))(
        upstream.array
    )
    return Array(sent)


Array.special = {
    **convolutions(
        _correlated,
        lambda g, w, geometry: _transposed(lambda x: _correlated(x, w, geometry), geometry.x, g),
        lambda x, g, geometry: _transposed(lambda w: _correlated(x, w, geometry), geometry.w, g),
    ),
    table["scatter"]: _scatter,
    table["add_at"]: lambda x, value, *, key: Array(x.array.at[bare(key)].add(bare(value))),
    table["cast"]: lambda x, *, dtype: x.astype(dtype),
    table["copy"]: lambda x, *, order: x,
    table["argsort"]: _argsort,
    table["running_max"]: lambda x, *, axis: Array(jax.lax.cummax(x.array, axis % x.ndim)),
    table["running_min"]: lambda x, *, axis: Array(jax.lax.cummin(x.array, axis % x.ndim)),
    table["erf"]: lambda x: Array(jax.scipy.special.erf(x.array)),
    table["erfc"]: lambda x: Array(jax.scipy.special.erfc(x.array)),
}
