"""Gradients kept from growing too large, on nested dicts of arrays."""

import math
from typing import Any

import numpy as np

from ...errors import UnsupportedError
from ...transforms.trees import leaves, mapped


def global_norm(gradients: Any) -> float:
    """Return ‖g‖₂ of all entries of all leaves together."""
    # Row by row: the rounding of a sum depends on its order, which for equal arrays may differ in memory.
    return math.sqrt(sum(float(np.sum(np.square(np.ravel(leaf)))) for leaf in leaves(gradients)))


def clip_by_norm(gradients: Any, most: float) -> Any:
    """Return the gradients, scaled by most/(‖g‖ + 1e-6) where that is below 1: PyTorch's clip_grad_norm_.

    Raises:
        UnsupportedError: if `most` is not positive.
    """
    scale = min(1.0, _positive(most, "clip_by_norm") / (global_norm(gradients) + 1e-6))
    return mapped(lambda leaf: leaf * scale, gradients)


def clip_by_value(gradients: Any, most: float) -> Any:
    """Return the gradients with every entry limited to [−most, most]: PyTorch's clip_grad_value_.

    Raises:
        UnsupportedError: if `most` is not positive.
    """
    _positive(most, "clip_by_value")
    return mapped(lambda leaf: np.clip(leaf, -most, most), gradients)


def _positive(most: float, name: str) -> float:
    if not most > 0:
        raise UnsupportedError(f"{name}: the most that is let through must be positive; got {most}.")
    return most
