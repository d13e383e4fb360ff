"""More registers as small organisations keep them: lengths, tables, sheets, oddities."""

from __future__ import annotations

from datetime import time, timedelta

from tests.imports.files import csv, xlsx
from tests.imports.messy import BODY, DAYS, TWO, Messy, d

MORE = [
    Messy(
        "lengths in words",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026|15-9-2026|22-9-2026\nFatma|2u|2,5 uur|90 min|½\n"
            "Ali|1:30|9.30-12.00|tot 11.00|vanaf 10.00\nMo|90m|half|2h|anderhalf uur"
        ),
        "09-01 09-08 09-15 09-22",
        {"Fatma": "120 150 90 H", "Ali": "90 150 <11.00 >10.00", "Mo": "90 H 120 90"},
    ),
    Messy(
        "hours as numbers, with a decimal comma",
        lambda: csv("Naam|1-9-2026|8-9-2026\nFatma|2,5|0\nAli|3|1,5"),
        DAYS,
        {"Fatma": "150 A", "Ali": "180 90"},
    ),
    Messy(
        "minutes as numbers",
        lambda: xlsx([["Naam", d(9, 1), d(9, 8)], ["Fatma", 150, 90], ["Ali", 60, None]]),
        DAYS,
        {"Fatma": "150 90", "Ali": "60 ."},
    ),
    Messy(
        "ones and noughts",
        lambda: xlsx([["Naam", d(9, 1), d(9, 8)], ["Fatma", 1, 0], ["Ali", 1, 1], ["Mo", 0.5, 1]]),
        DAYS,
        {"Fatma": "P A", "Ali": "P P", "Mo": "H P"},
    ),
    Messy(
        "lengths of time of Excel",
        lambda: xlsx(
            [
                ["Naam", d(9, 1), d(9, 8)],
                ["Fatma", time(1, 30), timedelta(hours=2)],
                ["Ali", "x", time(2, 0)],
            ]
        ),
        DAYS,
        {"Fatma": "90 120", "Ali": "P 120"},
    ),
    Messy(
        "times in the headings",
        lambda: csv("Naam|di 1 sept 2026 9.30-12.00|di 8 sept 2026 13-15 uur\n" + BODY),
        DAYS,
        TWO,
    ),
    Messy(
        "times in a line below the dates",
        lambda: xlsx(
            [
                ["Naam", d(9, 1), d(9, 8)],
                ["tijd", "9.30-12.00", "9.30-12.00"],
                ["Fatma", "x", "ziek"],
                ["Ali", "-", "x"],
            ]
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "the same day twice",
        lambda: xlsx(
            [
                [None, d(9, 1), None],
                ["Naam", "ochtend", "middag"],
                ["Fatma", "x", "ziek"],
                ["Ali", "-", "x"],
            ],
            merged=["B1:C1"],
        ),
        "09-01 09-01",
        TWO,
        warns="same_day_twice",
    ),
    Messy(
        "a column of hours beside each column of marks",
        lambda: xlsx(
            [
                [None, d(9, 1), None, d(9, 8), None],
                ["Naam", "aanw.", "uren", "aanw.", "uren"],
                ["Fatma", "x", 2.5, "ziek", None],
                ["Ali", "-", 0, "x", 3],
            ],
            merged=["B1:C1", "D1:E1"],
        ),
        DAYS,
        {"Fatma": "150 E", "Ali": "A 180"},
    ),
    Messy(
        "a sheet for each month",
        lambda: xlsx(
            "Naam|1|8\nFatma|x|ziek\nAli|-|x",
            name="sept 2026",
            more={
                "okt 2026": "Naam|6|13\nAli|x|x\nFatma|x|x\nNieuwe Ans||x",
                "Adressen": "Naam|Straat\nFatma|Dorpsweg 3",
            },
        ),
        "09-01 09-08 10-06 10-13",
        {"Fatma": "P E P P", "Ali": "A P P P", "Nieuwe Ans": ". . . P"},
    ),
    Messy(
        "a hidden sheet, and one of another group",
        lambda: xlsx(
            "Naam|1-9-2026|8-9-2026|15-9-2026\nFatma|x|ziek|x\nAli|-|x|x",
            name="Dinsdag",
            more={"Oud": "Naam|2-9-2025\nFatma|x", "Donderdag": "Naam|3-9-2026\nGreet|x"},
            hidden=["Oud"],
        ),
        "09-01 09-08 09-15",
        {"Fatma": "P E P", "Ali": "A P P"},
        warns="hidden_sheets more_sheets",
    ),
    Messy(
        "two tables under each other",
        lambda: xlsx(
            "September 2026\nNaam|1|8\nFatma|x|ziek\nAli|-|x\n\nOktober 2026\n"
            "Naam|6|13\nFatma|x|x\nAli|x|-",
        ),
        "09-01 09-08 10-06 10-13",
        {"Fatma": "P E P P", "Ali": "A P P A"},
    ),
    Messy(
        "groups as lines between, asides beside names, two of one name",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026\nGroep ochtend||\nFatma (nieuw)|x|ziek\n"
            "FATMA YILMAZ 06-12345678|-|x\n"
            "Team middag||\nMaria|x|x\nMaria|x|-"
        ),
        DAYS,
        {"Fatma": "P E", "FATMA YILMAZ": "A P", "Maria": "P P", "Maria#2": "P A"},
        warns="same_name_twice",
    ),
    Messy(
        "spaces that nobody sees, and names from right to left",
        lambda: csv(
            "Naam\u00a0|\u200b1-9-2026 |8-9-2026\n"
            "\u00a0Fatma\u200b | X\u00a0|Ziek \nفاطمة\u200f|-|x\n"
        ),
        DAYS,
        {"Fatma": "P E", "فاطمة": "A P"},
    ),
    Messy(
        "cells that say nothing known",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026\nFatma|x|heeft haar been gebroken\nAli|kq|x\nMo|#REF!|999"
        ),
        DAYS,
        {"Fatma": "P ?", "Ali": "? P", "Mo": "? ?"},
        unread="C2 B3 B4 C4",
        asked="kq",
    ),
    Messy(
        "a mark without a name, and a column without a date",
        lambda: csv("Naam|1-9-2026|extra keer|8-9-2026\nFatma|x|x|ziek\nAli|-|x|x\n|x||ziek"),
        DAYS,
        TWO,
        unread="B4 D4 C1 C2 C3",
    ),
    Messy(
        "days that are still to come, and lessons that are counted",
        lambda: xlsx(
            [
                ["Les", 1, 2, 3, 4],
                ["Naam", d(9, 1), d(9, 8), d(12, 1), d(12, 8)],
                ["Fatma", "x", "ziek", None, None],
                ["Ali", "-", "x", None, None],
            ]
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "lessons that are counted under the dates",
        lambda: xlsx(
            [[None, d(9, 1), d(9, 8)], ["Naam", 1, 2], ["Fatma", "x", "ziek"], ["Ali", "-", "x"]]
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "ticked boxes",
        lambda: xlsx(
            [
                ["Naam", d(9, 1), d(9, 8), d(12, 1)],
                ["Fatma", True, False, False],
                ["Ali", False, True, False],
            ]
        ),
        DAYS,
        {"Fatma": "P A", "Ali": "A P"},
        warns="empty_days",
    ),
    Messy(
        "names that are months and days of the week",
        lambda: csv("Naam|1-9-2026|8-9-2026\nMei Wong|x|ziek\nJan|-|x\nDo|x|x"),
        DAYS,
        {"Mei Wong": "P E", "Jan": "A P", "Do": "P P"},
    ),
    Messy(
        "numbers as codes, by the legend",
        lambda: csv(
            "1 = aanwezig, 2 = ziek, 3 = afwezig\nNaam|1-9-2026|8-9-2026\nFatma|1|2\nAli|3|1"
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "weeks with their first and last day, letters for the days of the week",
        lambda: xlsx([["Naam", "31 aug - 4 sept 2026", "7-11 sept 2026"], ["Fatma", "x", "ziek"]]),
        "08-31 09-07",
        {"Fatma": "P E"},
    ),
    Messy(
        "letters for the days of the week below the numbers",
        lambda: xlsx(
            [
                ["September 2026"],
                ["Naam", 1, 2, 3],
                [None, "D", "W", "D"],
                ["Fatma", "x", None, "z"],
                ["Ali", "-", "x", None],
            ]
        ),
        "09-01 09-02 09-03",
        {"Fatma": "P . E", "Ali": "A P ."},
    ),
    Messy(
        "codes instead of names, and the initials of the guide as a mark",
        lambda: csv("Deelnemer|1-9-2026|8-9-2026\nD001|RB|ziek\nD002|-|RB"),
        DAYS,
        {"D001": "P E", "D002": "A P"},
        asked="rb",
    ),
    Messy(
        "one day, in the title",
        lambda: csv("Presentielijst 1 september 2026\nNaam|Aanwezig\nFatma|x\nAli|-"),
        "09-01",
        {"Fatma": "P", "Ali": "A"},
    ),
    Messy(
        "in English, with a total after each month",
        lambda: csv(
            "Name|Tue Sep 1 2026|Total|Sept 8, 2026|Total\n"
            "Fatma|present|1|sick|0\nAli|absent|0|yes|1"
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "a person beside whom nothing stands",
        lambda: csv("Naam|1-9-2026|8-9-2026\n" + BODY + "\nGreet||"),
        DAYS,
        TWO,
        warns="rows_without_marks",
    ),
]
