"""Write a file whole or not at all."""

import os
from pathlib import Path


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write a file so that it is there complete or as it was before, and return its path.

    Args:
        path: where to write; the folder must exist.
        content: text, written as UTF-8, or bytes.

    Raises:
        FileNotFoundError: if the folder does not exist.
        OSError: if the file cannot be written.
    """
    # Imported here because it takes longer to import than most of this package.
    import tempfile

    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"cannot write {target}: there is no folder {target.parent}. Make it first.")
    data = content.encode() if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        # A temporary file is private; give the new file the permissions any other would have.
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        os.replace(temporary, target)
    except BaseException:
        os.unlink(temporary)
        raise
    return target
