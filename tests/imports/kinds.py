"""Registers of every kind that people keep, with the traps of each: names that hold a code's word,
columns beside the names, lists, two groups on one sheet, days that don't exist."""

from __future__ import annotations

from tests.imports.files import csv, xlsx
from tests.imports.messy import DAYS, TWO, Messy, d

KINDS = [
    Messy(
        "names that hold the word of a legend",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026\nDenise Bos|x|x\nIris|v|z\nVisser|x|x\nElise is Bar|x|x"
        ),
        DAYS,
        {"Denise Bos": "P P", "Iris": "E E", "Visser": "P P", "Elise is Bar": "P P"},
        asked="v",
    ),
    Messy(
        "names that are a word of presence or a heading",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026\nVrij Anna|x|x\nPiet Werk|x|z\nMoe Jansen|x|x\nOnline Ali|x|x\n"
            "An|x|x\nSom Chai|z|x\nMei Ling|x|x"
        ),
        DAYS,
        {
            "Vrij Anna": "P P",
            "Piet Werk": "P E",
            "Moe Jansen": "P P",
            "Online Ali": "P P",
            "An": "P P",
            "Som Chai": "E P",
            "Mei Ling": "P P",
        },
    ),
    Messy(
        "surnames first, with particles behind, quoted between commas",
        lambda: (
            b'Naam,1-9-2026,8-9-2026\n"BAKKER, Anna",x,x\n"Berg, Jan van der",x,z\n'
            b'"Bosch (nieuw), Els",x,x\n'
        ),
        DAYS,
        {"Anna BAKKER": "P P", "Jan van der Berg": "P E", "Els Bosch": "P P"},
        warns="names_turned",
    ),
    Messy(
        "a task in front of the names",
        lambda: csv("Functie|Naam|1-9-2026|8-9-2026\nKok|Fatma|x|ziek\nAfwas|Ali|-|x"),
        DAYS,
        TWO,
    ),
    Messy(
        "a task behind the names, each another",
        lambda: csv("Naam|Rol|1-9-2026|8-9-2026\nFatma|Bediening|x|ziek\nAli|Keuken|-|x"),
        DAYS,
        TWO,
    ),
    Messy(
        "a guide's name behind each name, without a heading, and remarks at the end",
        lambda: csv("Naam||1-9-2026|8-9-2026|\nFatma|Ria|x|ziek|komt later\nAli|Ria|-|x|met tolk"),
        DAYS,
        TWO,
    ),
    Messy(
        "totals in hours in front of bare day numbers",
        lambda: csv(
            "september 2026\nNaam|Totaal uren|1|8|15\nFatma|5|2,5|2,5|0\nAli|2,5|0|0|2,5\n"
            "Totaal|7,5|2,5|2,5|2,5"
        ),
        "09-01 09-08 09-15",
        {"Fatma": "150 150 A", "Ali": "A A 150"},
        warns="totals_skipped",
    ),
    Messy(
        "counts of here and away in front",
        lambda: csv("Naam|Aanw.|Afw.|1-9-2026|8-9-2026\nFatma|1|0|x|ziek\nAli|1|1|-|x"),
        DAYS,
        TWO,
    ),
    Messy(
        "a month in a short title, and a total at the end",
        lambda: csv("Naaigroep sept. '26\nNaam|1|8|Tot.\nFatma|x|ziek|1\nAli|-|x|1"),
        DAYS,
        TWO,
        warns="totals_skipped",
    ),
    Messy(
        "roll numbers that look like dates",
        lambda: csv("Volgnr|Naam|1-9-2026|8-9-2026\n20-11|Fatma|x|ziek\n12.03|Ali|-|x"),
        DAYS,
        TWO,
    ),
    Messy(
        "birth dates and first days, without the year of the register",
        lambda: csv(
            "Naam|Geb. dat.|Sinds|1-9|8-9\nFatma|12-03-1971|01-09-2025|x|ziek\n"
            "Ali|30-10-1964|15-01-2026|-|x"
        ),
        DAYS,
        TWO,
        warns="year_guessed",
    ),
    Messy(
        "a list of marks, the day last",
        lambda: csv(
            "Deelnemer|Status|Dag\nFatma|aanwezig|1-9-2026\nAli|afwezig|1-9-2026\n"
            "Fatma|ziek|8-9-2026\nAli|aanwezig|8-9-2026",
            "\t",
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "a list of marks, each day said once, with remarks",
        lambda: csv(
            "Datum|Naam|Aanwezig|Opmerking\n1-9-2026|Fatma|ja|vrolijk\n|Ali|nee|\n"
            "8-9-2026|Fatma|ziek|\n|Ali|ja|"
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "a list in which one line says something else of the same day",
        lambda: csv(
            "Datum|Naam|Status\n1-9-2026|Fatma|aanwezig\n1-9-2026|Fatma|afwezig\n"
            "1-9-2026|Ali|nee\n8-9-2026|Ali|ja\n8-9-2026|Ali|ja\n8-9-2026|Fatma|ziek"
        ),
        DAYS,
        TWO,
        unread="C3",
    ),
    Messy(
        "a list of hours, with what was done",
        lambda: csv(
            "Naam|Datum|Activiteit|Uren\nFatma|1-9-2026|Koken|2:30\nAli|1-9-2026|Tuin|150 min\n"
            "Fatma|8-9-2026|Koken|3\nAli|8-9-2026|Tuin|2,5"
        ),
        DAYS,
        {"Fatma": "150 180", "Ali": "150 150"},
    ),
    Messy(
        "a list of when people came and went, one of whom forgot to",
        lambda: csv(
            "Naam|Datum|Begintijd|Eindtijd\nFatma|1-9-2026|9u30|12u\nAli|1-9-2026|10:00|12.00\n"
            "Fatma|8-9-2026|9.30|"
        ),
        "09-01",
        {"Fatma": "150", "Ali": "120"},
        unread="C4",
    ),
    Messy(
        "answers to a form, which says when it was filled in, too",
        lambda: csv(
            "Tijdstempel|Wie ben je?|Datum|Was je er?\n2-9-2026 8:04:11|Fatma|1-9-2026|Ja\n"
            "2-9-2026 9:00:00|Ali|1-9-2026|Nee\n9-9-2026 9:00:00|Fatma|8-9-2026|Nee, ik was ziek\n"
            "9-9-2026 9:00:01|Ali|8-9-2026|Ja"
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "one day, with a column for each answer",
        lambda: csv(
            "Datum: 1-9-2026\nNaam|Aanwezig|Afwezig|Ziek\nFatma|x||\nAli||x|\nMo|||x\nBo|x|x|"
        ),
        "09-01",
        {"Fatma": "P", "Ali": "A", "Mo": "E", "Bo": "P"},
        unread="C6",
    ),
    Messy(
        "one day in the title, and nothing above the marks",
        lambda: csv("Koken dinsdag 1 september 2026 9.30-12.00\nNaam|\nFatma|x\nAli|-"),
        "09-01",
        {"Fatma": "P", "Ali": "A"},
    ),
    Messy(
        "people who signed with their initials, or in full",
        lambda: csv("Tekenlijst 1 september 2026\nNaam|Paraaf\nWim H|WH\nLan Ng|L. Nguyen\nBo|"),
        "09-01",
        {"Wim H": "P", "Lan Ng": "P"},
        warns="rows_without_marks",
    ),
    Messy(
        "a legend of cells beside each other above",
        lambda: csv(
            "x: aanwezig|z: ziek|w: zonder bericht\nNaam|1-9-2026|8-9-2026\nFatma|x|z\nAisha D|w|x"
        ),
        DAYS,
        {"Fatma": "P E", "Aisha D": "A P"},
    ),
    Messy(
        "a legend at the right, in which letters mean other things than elsewhere",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026||Legenda\nFatma|A|Z||A = aanwezig\nAli|O|A||O = ongeoorloofd"
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "a legend with dashes",
        lambda: csv(
            "Legenda\nx - aanwezig\nw - weg zonder bericht\n\nNaam|1-9-2026|8-9-2026\n"
            "Fatma|x|ziek\nAli|w|x"
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "words first and codes behind them, below",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026\nFatma|a|z\nAli|o|a\n\nWas er|a\nZiek gemeld|z\n"
            "Zonder bericht weg|o"
        ),
        DAYS,
        TWO,
    ),
    Messy(
        "months before days, as one of them tells",
        lambda: csv("Naam|09/01/2026|09/15/2026\nFatma|x|ziek\nAli|-|x"),
        "09-01 09-15",
        TWO,
    ),
    Messy(
        "days before months, as one of them tells",
        lambda: csv("Naam|13/04/2026|04/05/2026\nFatma|x|ziek\nAli|-|x"),
        "04-13 05-04",
        TWO,
    ),
    Messy(
        "no date that tells which is the month, but a weekday that stays the same",
        lambda: csv("Naam|09/01/2026|09/08/2026\nFatma|x|ziek\nAli|-|x"),
        DAYS,
        TWO,
    ),
    Messy(
        "no date that tells which is the month at all",
        lambda: csv("Naam|04/05/2026|05/06/2026\nFatma|x|ziek\nAli|-|x"),
        "05-04 06-05",
        TWO,
        warns="day_month_guessed",
    ),
    Messy(
        "two columns at the edge that say no day",
        lambda: csv("Naam|1-9-2026|8-9-2026|inhalen?|extra\nFatma|x|ziek|x|\nAli|-|x||x"),
        DAYS,
        TWO,
        unread="D1 D2 E1 E3",
    ),
    Messy(
        "the 29th of February, and the 31st of September",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026|29-2-2026|31 september 2026\nFatma|x|ziek|x|\nAli|-|x||x"
        ),
        DAYS,
        TWO,
        unread="D2 E3",
    ),
    Messy(
        "a week that the year hasn't",
        lambda: csv("Dinsdaggroep 2025\nNaam|wk 52|wk 53\nFatma|x|x\nAli|z|x"),
        "2025-12-23",
        {"Fatma": "P", "Ali": "E"},
        unread="C3 C4",
    ),
    Messy(
        "the newest day first, over new year",
        lambda: csv("Naam|13-1|6-1|16-12|9-12\nFatma|x|x|z|x\nAli|-|x|x|x"),
        "01-13 01-06 2025-12-16 2025-12-09",
        {"Fatma": "P P E P", "Ali": "A P P P"},
        warns="year_guessed",
    ),
    Messy(
        "the newest day first, days below each other",
        lambda: csv("Datum|Fatma|Ali\n13-1|x|-\n6-1|x|x\n16-12|z|x"),
        "01-13 01-06 2025-12-16",
        {"Fatma": "P P E", "Ali": "A P P"},
        warns="year_guessed",
    ),
    Messy(
        "two groups side by side, an empty column between",
        lambda: csv(
            "Groep A||||Groep B||\nNaam|1-9-2026|8-9-2026||Naam|3-9-2026|10-9-2026\n"
            "Fatma|x|ziek||Greet|x|-\nAli|-|x||Henk|z|x"
        ),
        "09-01 09-08 09-03 09-10",
        {"Fatma": "P E . .", "Ali": "A P . .", "Greet": ". . P A", "Henk": ". . E P"},
    ),
    Messy(
        "two groups side by side on the same days, without a word or a gap",
        lambda: csv(
            "|1-9-2026|8-9-2026||1-9-2026|8-9-2026\nFatma|x|ziek|Greet|x|-\nAli|-|x|Henk|z|x"
        ),
        "09-01 09-08 09-01 09-08",
        {"Fatma": "P E . .", "Ali": "A P . .", "Greet": ". . P A", "Henk": ". . E P"},
        warns="same_day_twice",
    ),
    Messy(
        "three groups side by side",
        lambda: csv(
            "Naam|1-9-2026||Naam|2-9-2026||Naam|3-9-2026\nFatma|x||Greet|x||Bo|-\nAli|z||Henk|z||Cor|x"
        ),
        "09-01 09-02 09-03",
        {
            "Fatma": "P . .",
            "Ali": "E . .",
            "Greet": ". P .",
            "Henk": ". E .",
            "Bo": ". . A",
            "Cor": ". . P",
        },
    ),
    Messy(
        "remarks between the days that read like names",
        lambda: csv("Naam|1-9-2026|Opmerking|8-9-2026\nFatma|x|Ria belt|ziek\nAli|-|Mo mee|x"),
        DAYS,
        TWO,
    ),
    Messy(
        "two groups below each other, each with its title",
        lambda: xlsx(
            [
                ["Groep ochtend (dinsdag)"],
                ["Naam", d(9, 1), d(9, 8)],
                ["Fatma", "x", "ziek"],
                [],
                ["Groep middag (donderdag)"],
                ["Naam", d(9, 3), d(9, 10)],
                ["Greet", "x", "-"],
            ]
        ),
        "09-01 09-08 09-03 09-10",
        {"Fatma": "P E . .", "Greet": ". . P A"},
    ),
    Messy(
        "halves of a day in the heading itself",
        lambda: csv("Naam|1-9 ochtend|1-9 middag|8-9 vm|8-9 nm\nFatma|x|x|ziek|z\nAli|-|x|x|"),
        "09-01 09-01 09-08 09-08",
        {"Fatma": "P P E E", "Ali": "A P P ."},
        warns="same_day_twice",
    ),
    Messy(
        "a guide's row among the people",
        lambda: csv("Naam|1-9-2026|8-9-2026\nFatma|x|ziek\nAli|-|x\nBegeleider: Ria|x|x"),
        DAYS,
        TWO,
    ),
    Messy(
        "an answer with a question mark",
        lambda: csv("Naam|1-9-2026|8-9-2026\nFatma|x|ziek\nAli|-|x\nMo|X!|x?"),
        DAYS,
        {**TWO, "Mo": "P ?"},
        unread="C4",
        asked="x?",
    ),
]
