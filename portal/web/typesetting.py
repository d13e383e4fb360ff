"""Documents set in type, here or in a process of their own: run as a program it sets one."""

from __future__ import annotations

import functools
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typst

_NO_GLYPH = re.compile(r"the text `\"(.+?)\"` could not be displayed", re.DOTALL)
_UNKNOWN = "\u25a1"  # an empty box, for what no font has: something stands there
_MOST_UNKNOWN = 50  # different ones in one document
_LONGEST = 60  # seconds for one document in a process of its own


def set_in_type(folder: Path, template: str, values: str) -> bytes:
    """Set a template of a folder with values, as JSON, and give the PDF.

    The standards refuse a sign that no font has, such as an emoji in a title: a box stands for it.
    """
    import typst

    for _ in range(_MOST_UNKNOWN):
        try:
            return typst.compile(
                str(folder / f"{template}.typ"),
                root=str(folder),
                font_paths=_fonts(folder / "fonts"),
                sys_inputs={"data": values},
                pdf_standards=["a-3a", "ua-1"],
            )
        except typst.TypstError as error:
            said = _NO_GLYPH.search(str(error))
            if said is None or _UNKNOWN in said[1]:
                raise
            values = values.replace(said[1], _UNKNOWN)
    raise RuntimeError(f"{template}.typ holds too many signs that no font has")


def set_apart(folder: Path, template: str, values: str) -> bytes:
    """Set the same in a process of its own, which gives its memory back."""
    program = [sys.executable, "-I", __file__, str(folder), template]
    done = subprocess.run(
        program, input=values.encode(), stdout=subprocess.PIPE, timeout=_LONGEST, check=True
    )
    return done.stdout


@functools.cache
def _fonts(folder: Path) -> typst.Fonts:
    """The fonts of the documents, looked up once: those of this machine would differ elsewhere."""
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


if __name__ == "__main__":
    sys.stdout.buffer.write(
        set_in_type(Path(sys.argv[1]), sys.argv[2], sys.stdin.buffer.read().decode())
    )
