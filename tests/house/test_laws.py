"""The laws of the inner house, read from its source: which file stands where, and what it may."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from portal.config import ROOT
from portal.rooms import ROOMS

KINDS = {
    "rules", "models", "queries", "commands", "labels", "forms", "pages", "jobs", "routes",
    "waiting",
}  # fmt: skip


def test_every_file_of_a_room_is_of_a_kind():
    portal = ROOT / "portal"
    files = {
        file.relative_to(portal).as_posix()
        for room in ROOMS
        for file in (portal / room).rglob("*.py")
    }
    free = {
        file
        for file in files
        if file.count("/") > 1 or not file.endswith("/__init__.py")
        if file.split("/")[1].removesuffix(".py") not in KINDS
    }
    assert free == set(), (
        "No contract of pyproject.toml looks at a file that is of no kind. Say what it is: put it "
        f"in its room as one of {sorted(KINDS)}, or as a file in a folder of that name where the "
        "room needs more of them. docs/architecture.md, Inside a room, says what each may do."
    )


# What names tables or writes SQL in a room, past what the guard adds, and why.
BELOW_THE_GUARD = {
    "finding/commands/__init__.py": "one row that everybody may read, with RETURNING",
    "finding/commands/indexing.py": "words of public offerings, written as rows",
    "finding/queries/__init__.py": "what looks in a full text has no words in SQLAlchemy",
    "duplicates/commands/moving.py": "every table that names her; decision 21",
    "enrolments/models.py": "the condition of an index",
    "home/routes/public.py": "the migration's number, of no model",
    "impact/models.py": "whether a picture's report has a number, as that is public",
    "imports/commands/applying.py": "any table that names a row; decision 26",
    "introductions/models.py": "whether she lets an employer see her, which no staff read",
    "participants/models.py": "the guard's own words about her",
    "participants/queries/__init__.py": "whom an organisation had, after it has her no more",
}
_TABLES = re.compile(
    r"\b(__table__|exec_driver_sql|metadata\.(tables|sorted_tables))\b|\btext\(f?\""
)


def test_who_goes_round_the_guard_says_so():
    found, connected = set(), []
    for room in ROOMS:
        for file in sorted((ROOT / "portal" / room).rglob("*.py")):
            name, source = file.relative_to(ROOT / "portal").as_posix(), file.read_text("utf-8")
            if _TABLES.search(source):
                found.add(name)
            if re.search(r"\.connection\(\)|\.get_bind\(\)\.", source):
                connected.append(name)
    assert connected == [], (
        "A connection reads past the guard. Ask `past_guard(session)` of portal/core/guard.py for "
        "it, which holds on to who reads, and say in the statement whose the rows are; or let "
        "`session.execute` add that by itself."
    )
    assert found == set(BELOW_THE_GUARD), (
        "The guard adds its criteria to models, not to tables or SQL of one's own. Name models "
        "(`select(Enrolment.id)`); where that can't be, put the file here in BELOW_THE_GUARD with "
        "the reason why nobody sees more than is hers."
    )


def test_json_is_read_in_one_place():
    found = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "portal").rglob("*.py")
        if re.search(r"\bjson\.loads?\b", file.read_text("utf-8"))
    }
    assert found == {"portal/core/canonical.py"}, (
        "What another sent may be nested so deep that reading it breaks, which is no ValueError. "
        "Read it with `parsed` of portal/core/canonical.py, which says so as one."
    )


def test_a_class_name_stands_for_one_thing():
    """One word, one thing; the demo city is no room."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, tree in trees():
        if not name.startswith("city/"):
            for one in tree.body:
                if isinstance(one, ast.ClassDef) and not one.name.startswith("_"):
                    found[one.name].append(name)
    twice = {name: files for name, files in found.items() if len(files) > 1}
    assert twice == {}, (
        "A reader who searches for a name finds two things. Look in docs/glossary.md for "
        "the word that is free, and say in the name what kind it is: FollowedReferral, SheetLine."
    )


def test_what_others_call_says_what_it_does():
    silent = [
        f"{name}: {one.name}"
        for name, tree in trees()
        for one in tree.body
        if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")
        if ast.get_docstring(one) is None
    ]
    assert silent == [], (
        "A function that others may call says in a docstring what it does to what, and what comes "
        "out. CONTRIBUTING.md, What a docstring says."
    )


def test_a_first_line_is_no_longer_than_fifteen_words():
    long = [
        f"{name}: {one.name}"
        for name, tree in trees()
        for one in ast.walk(tree)
        if isinstance(one, ast.FunctionDef | ast.ClassDef) and not one.name.startswith("_")
        if len((ast.get_docstring(one) or "").partition("\n")[0].split()) > 15
    ]
    assert long == [], (
        "A first line says verb, object and what comes out; the rest stands in a second sentence. "
        "CONTRIBUTING.md, What a docstring says."
    )


def trees(within: str = "") -> Iterator[tuple[str, ast.Module]]:
    """Each file of the portal, or each with this in its name, read as Python."""
    portal = ROOT / "portal"
    for file in sorted(portal.rglob("*.py")):
        if within in (name := file.relative_to(portal).as_posix()):
            yield name, _tree_of(file)


@cache
def _tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))
