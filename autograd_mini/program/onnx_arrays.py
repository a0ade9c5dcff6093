"""NumPy's calls as nodes of an ONNX model: each call on a stand-in adds the nodes that compute it.

Shapes are those of the program, so an index or a change of shape is a constant.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ..errors import UnsupportedError
from ..primitive import table
from ..transforms.trees import leaves
from .libraries import Ported
from .steps import Program

_OPSET = 18
_NODES = {
    "add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div", "negative": "Neg", "exp": "Exp", "log": "Log",
    "sqrt": "Sqrt", "tanh": "Tanh", "sin": "Sin", "cos": "Cos", "tan": "Tan", "arcsin": "Asin", "arccos": "Acos",
    "arctan": "Atan", "sinh": "Sinh", "cosh": "Cosh", "arcsinh": "Asinh", "arccosh": "Acosh", "arctanh": "Atanh",
    "absolute": "Abs", "sign": "Sign", "floor": "Floor", "ceil": "Ceil", "power": "Pow", "maximum": "Max",
    "minimum": "Min", "greater": "Greater", "less": "Less", "greater_equal": "GreaterOrEqual",
    "less_equal": "LessOrEqual", "equal": "Equal", "logical_and": "And", "logical_or": "Or", "logical_not": "Not",
    "matmul": "MatMul", "reciprocal": "Reciprocal", "isnan": "IsNaN", "where": "Where",
}  # fmt: skip
_REDUCTIONS = {"sum": "ReduceSum", "mean": "ReduceMean", "max": "ReduceMax", "min": "ReduceMin", "prod": "ReduceProd"}


@dataclass
class _Model:
    """The nodes and constants of a model under construction."""

    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def node(self, kind: str, inputs: list[str], **attributes: Any) -> str:
        """Add a node and return the name of its output."""
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    def constant(self, value: Any) -> str:
        """Add a constant and return its name."""
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name


_model: ContextVar[_Model] = ContextVar("model")


@dataclass
class _Output:
    """The output of a node, with an array of its shape and dtype."""

    name: str
    like: Any

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes."""
        return np.shape(self.like)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Dtype."""
        return np.result_type(self.like)


class Array(Ported):
    """Stands for the output of a node."""

    @classmethod
    def of(cls, value: Any, dtype: np.dtype[Any]) -> "Array":
        """Return numbers as a constant of the model."""
        array = np.asarray(value, dtype)
        return cls(_Output(_model.get().constant(array), array))

    @classmethod
    def call(cls, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Add the nodes of one of NumPy's calls."""
        name = function.__name__
        with np.errstate(all="ignore"):
            like = function(*_likes(args), **_likes(kwargs))
        if name in _NODES:
            return _Output(_model.get().node(_NODES[name], _operands(name, args)), like)
        if name not in _CALLS and name not in _REDUCTIONS:
            raise UnsupportedError(f"there is no node for np.{name}")
        build = _CALLS[name] if name in _CALLS else _reduction(name)
        return _Output(build(like, *args, **kwargs), like)

    def __getitem__(self, key: Any) -> "Array":
        places = np.arange(self.size).reshape(self.shape)[key]
        flat = _reshaped(np.ravel(self.array.like), self.array)
        return Array(_Output(_model.get().node("Gather", [flat, _model.get().constant(places)]), self.array.like[key]))

    def astype(self, dtype: Any) -> "Array":
        """Return the entries in another dtype."""
        kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
        return Array(_Output(_model.get().node("Cast", [self.array.name], to=kind), self.array.like.astype(dtype)))


def _likes(given: Any) -> Any:
    if isinstance(given, _Output):
        return given.like
    if type(given) in (tuple, list):
        return type(given)(_likes(part) for part in given)
    return {key: _likes(part) for key, part in given.items()} if isinstance(given, dict) else given


def _operands(name: str, args: tuple[Any, ...]) -> list[str]:
    """Return the operands' names, all in the dtype that NumPy computes in."""
    values = args[1:] if name == "where" else args
    dtype = np.result_type(*[arg.like if isinstance(arg, _Output) else arg for arg in values])
    logical = name.startswith("logical")
    names = []
    for i, arg in enumerate(args):
        wanted = np.dtype(np.bool_) if logical or (name == "where" and i == 0) else dtype
        if not isinstance(arg, _Output):
            names.append(_model.get().constant(np.asarray(arg, wanted)))
        elif arg.dtype == wanted:
            names.append(arg.name)
        else:
            kind = helper.np_dtype_to_tensor_dtype(wanted)
            names.append(_model.get().node("Cast", [arg.name], to=kind))
    return names


def _reshaped(like: Any, x: Any, *_: Any, **__: Any) -> str:
    return _model.get().node("Reshape", [x.name, _model.get().constant(np.array(np.shape(like), np.int64))])


def _reduction(name: str) -> Callable[..., str]:
    def build(like: Any, x: Any, axis: Any = None, keepdims: Any = False) -> str:
        rank = len(x.shape)
        axes = range(rank) if axis is None else (axis,) if isinstance(axis, int) else axis
        if not axes:
            return x.name
        constant = _model.get().constant(np.array([a % rank for a in axes], np.int64))
        source = x.name
        if x.dtype == np.bool_:
            # NumPy counts truth values.
            source = _model.get().node("Cast", [source], to=helper.np_dtype_to_tensor_dtype(np.result_type(like)))
        return _model.get().node(_REDUCTIONS[name], [source, constant], keepdims=int(keepdims is True))

    return build


def _transposed(like: Any, x: Any, axes: Any = None) -> str:
    order = list(range(len(x.shape)))[::-1] if axes is None else [int(a) % len(x.shape) for a in axes]
    return _model.get().node("Transpose", [x.name], perm=order)


def _swapped(like: Any, x: Any, axis1: int, axis2: int) -> str:
    order = list(range(len(x.shape)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return _model.get().node("Transpose", [x.name], perm=order)


def _broadcast(like: Any, x: Any, shape: Any) -> str:
    return _model.get().node("Expand", [x.name, _model.get().constant(np.array(np.shape(like), np.int64))])


def _joined(like: Any, arrays: Any, axis: int = 0) -> str:
    return _model.get().node("Concat", [array.name for array in arrays], axis=axis)


def _stacked(like: Any, arrays: Any, axis: int = 0) -> str:
    parts = [_reshaped(np.expand_dims(array.like, axis), array) for array in arrays]
    return _model.get().node("Concat", parts, axis=axis)


def _einsum(like: Any, subscripts: str, *operands: Any, optimize: Any = None) -> str:
    return _model.get().node("Einsum", [operand.name for operand in operands], equation=subscripts)


def _of_itself(like: Any, x: Any) -> str:
    return _model.get().node("Mul", [x.name, x.name])


def _not_equal(like: Any, x: Any, y: Any) -> str:
    return _model.get().node("Not", [_model.get().node("Equal", _operands("equal", (x, y)))])


def _pad(like: Any, array: Any, pad_width: Any, mode: str = "constant", constant_values: float = 0) -> str:
    if mode != "constant":
        raise UnsupportedError(f"there is no node for np.pad with mode={mode!r}")
    widths = np.array(pad_width, np.int64).T.ravel()
    model = _model.get()
    return model.node("Pad", [array.name, model.constant(widths), model.constant(array.dtype.type(constant_values))])


def _expm1(like: Any, x: Any) -> str:
    return _model.get().node("Sub", _operands("subtract", (_Output(_model.get().node("Exp", [x.name]), like), 1.0)))


def _log1p(like: Any, x: Any) -> str:
    return _model.get().node("Log", [_model.get().node("Add", _operands("add", (x, 1.0)))])


_CALLS: dict[str, Callable[..., str]] = {
    "reshape": _reshaped, "expand_dims": _reshaped, "squeeze": _reshaped, "ravel": _reshaped, "transpose": _transposed,
    "swapaxes": _swapped, "broadcast_to": _broadcast, "concatenate": _joined, "stack": _stacked, "einsum": _einsum,
    "square": _of_itself, "not_equal": _not_equal, "expm1": _expm1, "log1p": _log1p, "pad": _pad,
}  # fmt: skip


def _scatter(x: Any, *, key: Any, shape: Any) -> Array:
    size = int(np.prod(shape))
    places = np.arange(size).reshape(shape)[key]
    model = _model.get()
    updates = _reshaped(np.empty(places.size), x.array)
    flat = model.node(
        "ScatterND",
        [model.constant(np.zeros(size, x.dtype)), model.constant(places.reshape(-1, 1)), updates],
        reduction="add",
    )
    like = np.zeros(shape, x.dtype)
    return Array(_Output(_reshaped(like, _Output(flat, like)), like))


Array.special = {
    table["scatter"]: _scatter,
    table["cast"]: lambda x, *, dtype: x.astype(dtype),
    table["copy"]: lambda x, *, order: x,
}


def save(program: Program, path: Path, outputs: Callable[[list[Any]], Any]) -> None:
    """Write a program as an ONNX model.

    Args:
        program: the program.
        path: the file.
        outputs: the function from the stand-ins of the inputs to those of the outputs.
    """
    model = _Model()
    token = _model.set(model)
    try:
        inputs: list[Any] = []
        given: list[Any] = []
        for i, wire in enumerate(program.inputs):
            step = program.steps[wire]
            name = f"{step.name or 'x'}" if step.name not in {put.name for put in inputs} else f"{step.name}_{i}"
            inputs.append(_described(name, step.kind.dtype, step.kind.shape))
            # Numbers for which no function is at a special point.
            given.append(Array(_Output(name, np.full(step.kind.shape, 0.5).astype(step.kind.dtype))))
        results = []
        for i, leaf in enumerate(leaf for leaf in leaves(outputs(given)) if isinstance(leaf, Array)):
            name = f"output_{i}"
            model.nodes.append(helper.make_node("Identity", [leaf.array.name], [name]))
            results.append(_described(name, leaf.dtype, leaf.shape))
    finally:
        _model.reset(token)
    graph = helper.make_graph(model.nodes, program.name.strip("<>"), inputs, results, model.constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=10)
    onnx.checker.check_model(made)
    onnx.save(made, str(path))


def _described(name: str, dtype: Any, shape: Any) -> Any:
    kind = TensorProto.FLOAT if dtype == np.float32 else helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    return helper.make_tensor_value_info(name, kind, list(shape))
