"""Registers as small organisations keep them, each messy in its own way, and what they say.

`says` has a line for each person: a mark for each of `days`. P present, A absent, E excused,
H half, L late, a number of minutes, >10.00 from then on, <11.00 until then, . nothing said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tests.imports.files import csv, ods, xlsx

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Messy:
    what: str
    make: Callable[[], bytes]
    days: str  # "09-01 09-08", of 2026 unless a year stands before
    says: dict[str, str]
    unread: str = ""  # addresses
    asked: str = ""  # codes
    warns: str = ""
    odd: str = ""  # addresses of totals that say something else
    file: str = "register.csv"


def d(month: int, day: int, year: int = 2026) -> date:
    return date(year, month, day)


TWO = {"Fatma": "P E", "Ali": "A P"}
BODY = "Fatma | x | ziek\nAli | - | x"
DAYS = "09-01 09-08"

FILES = [
    Messy("plain csv", lambda: csv("Naam | 1-9-2026 | 8-9-2026\n" + BODY), DAYS, TWO),
    Messy("comma", lambda: csv("Naam|2026-09-01|2026-09-08\n" + BODY, ","), DAYS, TWO),
    Messy("tab", lambda: csv("Naam|1/9/2026|8/9/2026\n" + BODY, "\t"), DAYS, TWO),
    Messy("bars", lambda: csv("Naam|01-09-'26|08-09-'26\n" + BODY, "|"), DAYS, TWO),
    Messy(
        "UTF-8 with a mark in front",
        lambda: csv("Naam|1 sept 2026|8 sept 2026\nZoë|✓|ziek\nAli|-|✔", encoding="utf-8-sig"),
        DAYS,
        {"Zoë": "P E", "Ali": "A P"},
    ),
    Messy(
        "as Windows wrote it",
        lambda: csv("Naam|1 sept 2026|8 sept 2026\nZoë|x|ziek\nAli|-|x", encoding="cp1252"),
        DAYS,
        {"Zoë": "P E", "Ali": "A P"},
    ),
    Messy(
        "Unicode text of Excel",
        lambda: csv("Naam|1 sept 2026|8 sept 2026\n" + BODY, "\t", "utf-16"),
        DAYS,
        TWO,
    ),
    Messy(
        "says its separator, old line ends",
        lambda: b"sep=,\r" + csv("Naam|1-9-2026|8-9-2026\n" + BODY, ",", line="\r"),
        DAYS,
        TWO,
    ),
    Messy(
        "quotes, with separators and lines inside",
        lambda: (
            b'"Naam; achternaam";"1-9-2026\n(les 1)";8-9-2026\n"Yilmaz, Fatma";x;"ziek; griep"\n'
            b'"Kaya, Ali";-;x\n'
        ),
        DAYS,
        {"Fatma Yilmaz": "P E", "Ali Kaya": "A P"},
        warns="names_turned",
    ),
    Messy(
        "dates of Excel",
        lambda: xlsx([["Naam", d(9, 1), d(9, 8)], ["Fatma", "x", "ziek"], ["Ali", "-", "x"]]),
        DAYS,
        TWO,
    ),
    Messy(
        "an .ods",
        lambda: ods([["Naam", d(9, 1), d(9, 8)], ["Fatma", "x", "ziek"], ["Ali", "-", "x"]]),
        DAYS,
        TWO,
    ),
    Messy(
        "two rows of title, a merged month over numbers of days",
        lambda: xlsx(
            [
                ["Presentielijst Kookgroep"],
                ["Begeleider: Ria de Boer"],
                [None, "september 2026", None, None, "oktober 2026"],
                ["Naam", 1, 8, 15, 6],
                ["Fatma", "x", "z", None, "v"],
                ["Ali", "n", "x", "x", "x"],
                ["Totaal", 1, 1, 1, 2],
            ],
            merged=["A1:E1", "B3:D3"],
        ),
        "09-01 09-08 09-15 10-06",
        {"Fatma": "P E . E", "Ali": "A P P P"},
        asked="v",
        warns="totals_skipped totals_differ",
        odd="Blad1!E7",  # both were there by it, so v says present here
    ),
    Messy(
        "weeks over days of the week",
        lambda: xlsx(
            [
                ["Tuinploeg 2026"],
                [None, "week 36", None, None, "week 37", None, None],
                ["Deelnemer", "ma", "di", "wo", "ma", "di", "wo"],
                ["Fatma", "x", "x", None, "x", None, "ziek"],
                ["Ali", None, "x", "x", None, "x", "x"],
            ],
            merged=["B2:D2", "E2:G2"],
        ),
        "08-31 09-01 09-02 09-07 09-08 09-09",
        {"Fatma": "P P . P . E", "Ali": ". P P . P P"},
    ),
    Messy(
        "a week and its day in one cell",
        lambda: csv("Naam|wk 36 di|wk 37 di\n" + BODY),
        DAYS,
        TWO,
        warns="year_guessed",
    ),
    Messy(
        "weeks only, the day stands in the title",
        lambda: csv("Dinsdaggroep 2026\n\nNaam|wk 36|wk 37\n" + BODY),
        DAYS,
        TWO,
    ),
    Messy(
        "day of the week, day and month, no year",
        lambda: csv("Naam|di 1 sept|di 8 sept.\n" + BODY),
        DAYS,
        TWO,
        warns="year_guessed",
    ),
    Messy(
        "no year, and it turns: the most recent that is past",
        lambda: csv("Naam|25-11|9-12|6-1|3-2\nFatma|x|x|x|x\nAli|x|-|x|x"),
        "2025-11-25 2025-12-09 01-06 02-03",
        {"Fatma": "P P P P", "Ali": "P A P P"},
        warns="year_guessed",
    ),
    Messy(
        "the days of the week tell which year",
        lambda: csv("Naam|ma 2-9|ma 9-9\n" + BODY),
        "2024-09-02 2024-09-09",
        TWO,
        warns="year_guessed",
    ),
    Messy(
        "a season in the title",
        lambda: csv("Seizoen 2025-2026\nNaam|16 dec|6 jan\n" + BODY),
        "2025-12-16 01-06",
        TWO,
    ),
    Messy(
        "first, between and last name, a numbering, and columns that are nobody's business",
        lambda: xlsx(
            [
                [
                    "Nr",
                    "Voornaam",
                    "Tussenvoegsel",
                    "Achternaam",
                    "BSN",
                    "Tel",
                    "Geb.datum",
                    d(9, 1),
                    d(9, 8),
                ],
                [1, "Fatma", None, "Yilmaz", 111222333, "06-12345678", d(3, 4, 1980), "x", "ziek"],
                [2, "Piet", "van den", "Berg", 123456782, "0612345679", d(5, 6, 1975), "-", "x"],
            ]
        ),
        DAYS,
        {"Fatma Yilmaz": "P E", "Piet van den Berg": "A P"},
    ),
    Messy(
        "last name and first name in two columns",
        lambda: csv("Achternaam|Voornaam|1-9-2026|8-9-2026\nYilmaz|Fatma|x|ziek\nKaya|Ali|-|x"),
        DAYS,
        {"Fatma Yilmaz": "P E", "Ali Kaya": "A P"},
    ),
    Messy(
        "two columns of names without headings",
        lambda: csv("||1-9-2026|8-9-2026\nFatma|Yilmaz|x|ziek\nAli|Kaya|-|x"),
        DAYS,
        {"Fatma Yilmaz": "P E", "Ali Kaya": "A P"},
        warns="names_joined",
    ),
    Messy(
        "dates down, names across",
        lambda: csv("Datum|Fatma|Ali\n1-9-2026|x|-\n8-9-2026|ziek|x\n15-9-2026|x|x"),
        "09-01 09-08 09-15",
        {"Fatma": "P E P", "Ali": "A P P"},
    ),
    Messy(
        "dates down with the day of the week in a column of its own",
        lambda: xlsx(
            [
                ["Naailes"],
                ["Dag", "Datum", "Fatma", "Ali", "Totaal"],
                ["di", d(9, 1), "x", "-", 1],
                ["di", d(9, 8), "ziek", "x", 1],
            ]
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "empty columns and rows between",
        lambda: xlsx(
            [
                [],
                [None, None, "Naam", None, d(9, 1), None, d(9, 8)],
                [],
                [None, None, "Fatma", None, "x", None, "ziek"],
                [],
                [None, None, "Ali", None, "-", None, "x"],
            ]
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "totals at the right and at the bottom, notes below",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026|Totaal|Gem.\nFatma|x|ziek|1|50%\nAli|-|x|1|50%\n"
            "Aantal aanwezig|1|1|2|\nGemiddelde|0,5|0,5||\n\n"
            "Fatma is ziek geweest, zie mail van haar arts."
        ),
        DAYS,
        TWO,
        warns="totals_skipped",
    ),
    Messy(
        "a legend turns what A means",
        lambda: csv(
            "Legenda: A = afwezig, x = aanwezig, V = verlof\n"
            "Naam|1-9-2026|8-9-2026\nFatma|x|V\nAli|A|x"
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "a legend of two cells below, with a letter of their own",
        lambda: xlsx(
            "Naam|1-9-2026|8-9-2026\nFatma|q|k\nAli|o|q\n\nLegenda\nq|aanwezig\n"
            "k|met bericht afwezig\no|ongeoorloofd afwezig"
        ),
        DAYS,
        TWO,
        file="r.xlsx",
    ),
    Messy(
        "A for all who came",
        lambda: csv("Naam|1-9-2026|8-9-2026\nFatma|A|ziek\nAli|-|A"),
        DAYS,
        TWO,
    ),
    Messy(
        "A beside P",
        lambda: csv("Naam|1-9-2026|8-9-2026\nFatma|P|ziek\nAli|A|P"),
        DAYS,
        TWO,
        asked="a",
    ),
    Messy(
        "all kinds of words",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026|15-9-2026|22-9-2026\n"
            "Fatma|Aanwezig|Afgemeld|naar de dokter|nee\n"
            "Ali|ja|a/w|zwanger|O.K.\nMo|vakantie|te laat|verlof|afw"
        ),
        "09-01 09-08 09-15 09-22",
        {"Fatma": "P E E A", "Ali": "P A E P", "Mo": "E P E A"},
        asked="late",
    ),
]
