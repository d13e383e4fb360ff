"""Files that hold people's data are their owner's only, also those that were made before."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_BESIDE_A_DATABASE = ("", "-wal", "-shm", "-journal", "-line", "-next")


def make_files_private() -> None:
    """Let nobody but its owner read or change what this process makes from here on."""
    os.umask(_OF_OTHERS)


def put_right(instance: Path, database_url: str) -> str:
    """Take the portal's files away from others; returns words for it, or ""."""
    found, failed = 0, 0
    for path in _files(instance, database_url):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if mode & _OF_OTHERS and not path.is_symlink():
            try:
                path.chmod(mode & ~_OF_OTHERS)
                found += 1
            except OSError:  # somebody else's: only she can
                failed += 1
    said = f"{found} files could be read by others; now only by their owner." if found else ""
    if failed:
        said += f" {failed} files in {instance} are not ours and can be read by others: chmod them."
    return said.strip()


def _files(instance: Path, database_url: str) -> Iterator[Path]:
    if instance.is_dir():
        yield instance
        yield from instance.rglob("*")
    if database_url.startswith("sqlite:///"):
        database = database_url.removeprefix("sqlite:///")
        beside = (Path(f"{database}{end}") for end in _BESIDE_A_DATABASE)
        yield from (path for path in beside if database and path.exists())
