"""A program with its tests in one function: what a compiled function is called by, again and again."""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from .. import watching
from .arguments import require_alike
from .checks import Checks
from .environment import Wrapper
from .running import written
from .steps import Program


class Entry(functools.partial[Any], Wrapper):
    """What a compiled function is called by, and may be held by: it passes each call on, in no time.

    It is a partial because that does so in C, and can be given another function to pass calls to.
    """

    def __init__(self, anew: Callable[..., Any]) -> None:
        self.__wrapped__ = anew
        self.__doc__ = anew.__doc__

    def begin_with(self, function: Callable[..., Any]) -> None:
        """Pass calls on to another function from now on."""
        self.__setstate__((function, (), {}, self.__dict__))  # type: ignore[attr-defined]

    def __reduce__(self) -> tuple[Any, ...]:
        return getattr, (self.__wrapped__.__self__, self.__wrapped__.__name__)


# What stands in place of an argument that was not given.
ABSENT: Any = object()


def checked(
    program: Program,
    args: tuple[Any, ...],
    environment: Checks,
    owner: Any,
    otherwise: Callable[..., Any],
    by_name: Sequence[str],
) -> Callable[..., Any]:
    """Return a function of arguments that computes what a program does, if the program is right for them.

    It is one function, because calling another takes a tenth of the time of a small program. Arguments that look
    otherwise, others by name, an open `with detect_anomaly():` or its kin, something read that has changed, a path
    that diverged, numbers for which Python raises and NumPy has an answer: for all of these `otherwise` is called, with
    ABSENT in place of arguments that are missing. The code writes into nothing, so it may be left half-way.

    Args:
        program: the program.
        args: arguments of the kind that it is for.
        environment: the tests of what was read when it was traced.
        owner: whose `latest` is set to the program by a call.
        otherwise: what answers all other calls.
        by_name: the names by which the arguments may be given too, if there are no others that may.
    """
    code = written(program)
    checks = Checks("given")
    checks.scope |= {
        "__watching": watching, "__absent": ABSENT, "__owner": owner, "__program": program, "__otherwise": otherwise,
    }  # fmt: skip
    parameters = require_alike(checks, args, code.parameters)
    # Where the arguments have the names that they may be given by, Python itself finds them, and makes no dict.
    is_named = parameters == [*by_name]
    others = ["*__more"] if is_named else ["*__more", "**__named"]
    taken = [
        *[f"{parameter}=__absent" for parameter in parameters],
        *["/"] * bool(parameters and not is_named),
        *others,
    ]
    body = [
        f"if {'__more' if is_named else '__more or __named'} or __watching.open_withs: raise __Changed",
        *checks.lines,
        *environment.lines,
        "__owner.latest = __program",
        *code.lines,
    ]
    name = code.function.__name__
    source = (
        f"def {name}({', '.join(taken)}):\n    try:\n"
        + "".join(f"        {line}\n" for line in body)
        + "    except __elsewhere:\n        pass\n"
        + f"    return __otherwise({', '.join([*parameters, *others])})\n"
    )
    # The program's code is made of names that were made for it, and the tests of names that begin otherwise.
    scope = {**code.function.__globals__, **environment.scope, **checks.scope}
    exec(compile(source, f"<compiled {program.name}>", "exec"), scope)
    function: Callable[..., Any] = scope[name]
    return function
