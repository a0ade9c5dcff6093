"""Write a file whole or not at all, and folders of files that hold nothing else."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from .errors import QuestionError


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> Path:
    """Write a file so that it is there complete or as it was before, and return its path.

    Args:
        path: where to write; the folder must exist.
        content: text, written as UTF-8, or bytes.

    Raises:
        FileNotFoundError: if the folder does not exist.
        IsADirectoryError: if the path is a folder.
        OSError: if the file cannot be written.
    """
    # Imported here because it takes longer to import than most of this package.
    import tempfile

    target = Path(path)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"cannot write {target}: there is no folder {target.parent}. Make it first.")
    if target.is_dir():
        raise IsADirectoryError(f"cannot write {target}: it is a folder. Give the name of a file.")
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


def check_folder(folder: str | os.PathLike[str], names: Iterable[str]) -> None:
    """Refuse a folder that holds anything but what an earlier run may have written there.

    Args:
        folder: where the files are to be written.
        names: their paths in the folder.

    Raises:
        FileNotFoundError: if the folder that it is to be made in does not exist.
        QuestionError: if it holds something else, or is no folder.
    """
    target = Path(folder)
    if not target.parent.is_dir():
        raise FileNotFoundError(f"cannot write {target}: there is no folder {target.parent}. Make it first.")
    if not target.exists():
        return
    if not target.is_dir():
        raise QuestionError(f"{target} is no folder. Choose another name.")
    ours = {Path(name).parts[0] for name in names}
    for entry in sorted(target.iterdir()):
        if entry.name not in ours or entry.is_symlink():
            raise QuestionError(
                f"the folder {target} holds '{entry.name}', which is none of the files to be written there. "
                "Choose a new folder."
            )


def write_folder(folder: str | os.PathLike[str], files: Mapping[str, str]) -> None:
    """Write files into a folder, which is made if need be; each is there whole or as it was before.

    Args:
        folder: where.
        files: their texts, by path in the folder.

    Raises:
        OSError: if a file cannot be written.
    """
    Path(folder).mkdir(exist_ok=True)
    for name, text in files.items():
        path = Path(folder) / name
        path.parent.mkdir(exist_ok=True)
        write_whole(path, text)
