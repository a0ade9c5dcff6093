"""A program as an ONNX model: the gates that need more than NumPy's calls, and the file."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper

from ..files import write_whole
from ..primitive import table
from ..transforms.trees import leaves
from .convolutions import convolutions
from .onnx_convolutions import correlated, scattered, summed_for_taps
from .onnx_nodes import Array, Model, Output, model_of, node, numbers_of_rows, ranges
from .shared_forms import entry_numbers
from .stand_ins import is_known, is_plain
from .steps import Program

_OPSET = 18


def _scatter(x: Any, *, key: Any, shape: Any) -> Any:
    if is_plain(key):
        return _spread(x, ranges(key, shape), shape)
    lengths: tuple[int, ...] = (int(np.prod(shape)),)
    if is_known(key):
        places: Any = Array.of(entry_numbers(shape)[key].reshape(-1, 1), np.dtype(np.int64))
        x = np.reshape(x, -1)
    else:
        numbers, lengths = numbers_of_rows(shape, key)
        places = np.expand_dims(numbers, -1)
    zeros = Array.of(np.zeros(lengths), x.dtype)
    return np.reshape(node("ScatterND", zeros, places, x, like=zeros.array.like, reduction="add"), shape)


def _spread(x: Any, spans: list[range], shape: tuple[int, ...]) -> Any:
    """Return zeros of a shape with x at evenly spaced places along each axis."""
    x = np.reshape(x, tuple(map(len, spans)))
    for axis, (span, length) in enumerate(zip(spans, shape, strict=True)):
        if not span:
            return np.zeros_like(np.broadcast_to(np.sum(x), shape))
        if span.step > 1:
            # A row of zeros behind each place, and what is too much cut off.
            around = [(0, 0)] * x.ndim
            apart = np.pad(np.expand_dims(x, axis + 1), [*around[: axis + 1], (0, span.step - 1), *around[axis + 1 :]])
            x = np.reshape(apart, (*x.shape[:axis], -1, *x.shape[axis + 1 :]))
            x = x[(*[slice(None)] * axis, slice(0, span[-1] - span[0] + 1))]
        if span != range(length):
            around = [(0, 0)] * x.ndim
            around[axis] = (span[0], length - 1 - span[-1])
            x = np.pad(x, around)
    return x


def _product_of_others(x: Any) -> Any:
    # ONNX has no running products, so each product is taken of a row in which the entry itself is 1.
    itself = np.eye(x.shape[-1], dtype=bool)
    return np.prod(np.where(itself, 1.0, np.expand_dims(x, -2)), axis=-1)


def _erf(x: Array) -> Array:
    return node("Erf", x, like=x.array.like)


Array.special = {
    **convolutions(correlated, scattered, summed_for_taps),
    table["scatter"]: _scatter,
    table["add_at"]: lambda x, value, *, key: (
        x + _scatter(np.broadcast_to(value, x.array.like[key].shape), key=key, shape=x.shape)
    ),
    table["cast"]: lambda x, *, dtype: x.astype(dtype),
    table["copy"]: lambda x, *, order: x,
    table["product_of_others"]: _product_of_others,
    table["erf"]: _erf,
    table["erfc"]: lambda x: 1 - _erf(x),
}


def save(program: Program, path: Path, outputs: Callable[[list[Any]], Any]) -> None:
    """Write a program as an ONNX model.

    Args:
        program: the program.
        path: the file.
        outputs: the function from the stand-ins of the inputs to those of the outputs.

    Raises:
        OSError: if the file cannot be written. What was there before is there still.
    """
    model = Model()
    token = model_of.set(model)
    try:
        inputs: list[Any] = []
        given: list[Any] = []
        for i, wire in enumerate(program.inputs):
            step = program.steps[wire]
            name = f"{step.name or 'x'}" if step.name not in {put.name for put in inputs} else f"{step.name}_{i}"
            inputs.append(_described(name, step.kind.dtype, step.kind.shape))
            # Numbers for which no function is at a special point.
            given.append(Array(Output(name, np.full(step.kind.shape, 0.5).astype(step.kind.dtype))))
        results = []
        for i, leaf in enumerate(leaf for leaf in leaves(outputs(given)) if isinstance(leaf, Array)):
            name = f"output_{i}"
            model.nodes.append(helper.make_node("Identity", [leaf.array.name], [name]))
            results.append(_described(name, leaf.dtype, leaf.shape))
    finally:
        model_of.reset(token)
    graph = helper.make_graph(model.nodes, program.name.strip("<>"), inputs, results, model.constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=10)
    onnx.checker.check_model(made)
    # The ending says the format, as in onnx.save.
    ending = onnx.serialization.registry.get_format_from_file_extension(path.suffix)
    write_whole(path, onnx.serialization.registry.get(ending or "protobuf").serialize_proto(made))


def _described(name: str, dtype: Any, shape: Any) -> Any:
    kind = TensorProto.FLOAT if dtype == np.float32 else helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    return helper.make_tensor_value_info(name, kind, list(shape))
