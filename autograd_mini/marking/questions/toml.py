"""Writing TOML, as far as question files need it: text, numbers, truth values, lists, and tables one deep."""

import json
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...errors import QuestionError
from ...tensor import Tensor

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# What may stand between ''' and ''' as it is.
_LITERAL = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f']*")


def write_toml(data: Mapping[str, Any]) -> str:
    """Return a TOML document that reads back as `data`: entries first, then a table for every mapping.

    Raises:
        QuestionError: if a part of it is nothing that TOML knows.
    """
    lines = [f"{_key(key)} = {_value(value)}" for key, value in data.items() if not isinstance(value, Mapping)]
    for name, table in data.items():
        if isinstance(table, Mapping):
            lines += ["", f"[{_key(name)}]", *(f"{_key(key)} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, Tensor):
        value = value.data
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if not isinstance(value, str):
        raise QuestionError(
            f"a question file holds text, numbers and lists of these; got {value!r:.60}. Write it as text."
        )
    return f"'''\n{value}'''" if "\n" in value and _LITERAL.fullmatch(value) else _text(value)


def _text(value: str) -> str:
    # JSON's escapes are TOML's, but for the delete character, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
