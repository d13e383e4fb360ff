"""Registers as people keep them in other languages, and with what stands beside the marks."""

from __future__ import annotations

from datetime import time

from tests.imports.files import csv, xlsx
from tests.imports.messy import Messy, d

KEPT = [
    Messy(
        "numbers of people below a title with the day",
        lambda: csv("Koken 3 november 2026\nNr|Naam|Aanwezig\n1|Anna|x\n2|Bo|\n3|Cas|x"),
        "11-03",
        {"Anna": "P", "Cas": "P"},
        warns="rows_without_marks",
    ),
    Messy(
        "Turkish, with words of presence and totals",
        lambda: csv(
            "Kasım 2026 katılım listesi\n"
            "Adı Soyadı|Telefon|3 Kasım Salı|10 Kasım Salı|Toplam\n"
            "Ayşe Yılmaz|0612345678|geldi|yok|1\n"
            "Mehmet İnce|0687654321|var|var|2\n"
            "Toplam||2|1|3"
        ),
        "11-03 11-10",
        {"Ayşe Yılmaz": "P A", "Mehmet İnce": "P P"},
        warns="totals_skipped",
    ),
    Messy(
        "Turkish in capitals",
        lambda: csv(
            "İSİM|03.11.2026|10.11.2026|17.11.2026\nAYŞE YILMAZ|+|-|izinli\nMEHMET CAN|+|+|raporlu"
        ),
        "11-03 11-10 11-17",
        {"AYŞE YILMAZ": "P A E", "MEHMET CAN": "P P E"},
    ),
    Messy(
        "Arabic, with its own digits",
        lambda: csv("الاسم|٣/١١/٢٠٢٦|١٠/١١/٢٠٢٦\nفاطمة الزهراء|حاضر|غائب\nمحمد علي|حاضر|مريض"),
        "11-03 11-10",
        {"فاطمة الزهراء": "P A", "محمد علي": "P E"},
    ),
    Messy(
        "Arabic, one line a mark",
        lambda: csv(
            "التاريخ|الاسم|الحضور\n"
            "3 نوفمبر 2026|فاطمة الزهراء|نعم\n"
            "3 نوفمبر 2026|محمد علي|لا\n"
            "10 نوفمبر 2026|فاطمة الزهراء|نعم"
        ),
        "11-03 11-10",
        {"فاطمة الزهراء": "P P", "محمد علي": "A ."},
    ),
    Messy(
        "dates that lost their shape and are numbers",
        lambda: csv("Naam|46329|46336|46343\nAnna Bos|x|x|z\nBo Kok|-|x|x"),
        "11-03 11-10 11-17",
        {"Anna Bos": "P P E", "Bo Kok": "A P P"},
    ),
    Messy(
        "days of the week above the days of a month",
        lambda: xlsx(
            [
                ["Aanwezigheid november 2026"],
                [None, "zo", "ma", "di", "wo", "do", "vr", "za", "zo"],
                ["Naam", 1, 2, 3, 4, 5, 6, 7, 8],
                ["Anna", None, "x", "x", None, "x", None, None, None],
                ["Bo", None, "x", None, "z", "x", None, None, None],
            ]
        ),
        "11-02 11-03 11-04 11-05",
        {"Anna": "P P . P", "Bo": "P . E P"},
    ),
    Messy(
        "marks and hours below each date",
        lambda: xlsx(
            [
                [None, d(11, 3), None, d(11, 10), None],
                ["Naam", "aanw", "uren", "aanw", "uren"],
                ["Anna", "x", 2.5, "x", 3],
                ["Bo", "-", None, "x", 1.5],
            ],
            merged=["B1:C1", "D1:E1"],
        ),
        "11-03 11-10",
        {"Anna": "150 180", "Bo": "A 90"},
    ),
    Messy(
        "when she came and went below each date",
        lambda: xlsx(
            [
                [None, d(11, 3), None, d(11, 10), None],
                ["Naam", "in", "uit", "in", "uit"],
                ["Anna", "9:30", "12:00", "9:30", "11:00"],
                ["Bo", "10:00", None, "9:30", "12:00"],
            ],
            merged=["B1:C1", "D1:E1"],
        ),
        "11-03 11-10",
        {"Anna": "150 90", "Bo": "? 150"},
        unread="B4",
    ),
    Messy(
        "hours right of each date",
        lambda: csv("Naam|3-11-2026|uren|10-11-2026|uren\nAnna|x|2,5|x|3\nBo|z||x|1,5"),
        "11-03 11-10",
        {"Anna": "150 180", "Bo": "E 90"},
    ),
    Messy(
        "totals of which one is wrong",
        lambda: csv("Naam|3-11-2026|10-11-2026|Totaal\nAnna|x|x|2\nBo|x|-|2\nTotaal|2|1|3"),
        "11-03 11-10",
        {"Anna": "P P", "Bo": "P A"},
        warns="totals_skipped totals_differ",
        odd="D3",
    ),
    Messy(
        "a legend of two columns beside",
        lambda: csv("Naam|3-11-2026|10-11-2026||x|aanwezig\nAnna|x|x||z|ziek\nBo|z|w||w|werk"),
        "11-03 11-10",
        {"Anna": "P P", "Bo": "E E"},
    ),
    Messy(
        "surnames, first names, birth dates and telephones",
        lambda: csv(
            "Nr.|Achternaam|Voornaam|Geb.datum|Telefoon|3/11|10/11|17/11\n"
            "1|Demir|Aylin|1-2-1980|0612345678|x|x|z\n"
            "2|Kok|Bo|3-4-1990|0687654321|x||x"
        ),
        "11-03 11-10 11-17",
        {"Aylin Demir": "P P E", "Bo Kok": "P . P"},
        warns="year_guessed",
    ),
    Messy(
        "numbers of weeks beside the word",
        lambda: csv("Jaar 2026\nWeek|45|46|47\nAnna|x|x|z\nBo|-|x|x"),
        "11-02 11-09 11-16",
        {"Anna": "P P E", "Bo": "A P P"},
        warns="weekday_guessed",
    ),
    Messy(
        "numbers of weeks below the word",
        lambda: csv("2026|Weeknummer\nNaam|45|46|47\nAnna|x|x|z\nBo|-|x|x"),
        "11-02 11-09 11-16",
        {"Anna": "P P E", "Bo": "A P P"},
        warns="weekday_guessed",
    ),
    Messy(
        "Polish, a month in the title",
        lambda: csv(
            "Lista obecności listopad 2026\n"
            "Imię i nazwisko|3|10|17\n"
            "Anna Kowalska|x|x|z\n"
            "Jan Nowak|-|x|x"
        ),
        "11-03 11-10 11-17",
        {"Anna Kowalska": "P P E", "Jan Nowak": "A P P"},
    ),
    Messy(
        "Polish, one line a mark, first and last names",
        lambda: csv(
            "Data|Imię|Nazwisko|Obecność\n"
            "3 listopada 2026|Anna|Kowalska|tak\n"
            "3 listopada 2026|Jan|Nowak|nie\n"
            "10 listopada 2026|Anna|Kowalska|tak"
        ),
        "11-03 11-10",
        {"Anna Kowalska": "P P", "Jan Nowak": "A ."},
    ),
    Messy(
        "a list of a time clock with its own sum of hours",
        lambda: csv(
            "Datum|Naam|In|Uit|Uren\n"
            "3-11-2026|Anna|9:00|12:00|3\n"
            "3-11-2026|Bo|9:30|12:30|3\n"
            "10-11-2026|Anna|9:00|11:00|2"
        ),
        "11-03 11-10",
        {"Anna": "180 120", "Bo": "180 ."},
    ),
    Messy(
        "signs with a remark",
        lambda: csv(
            "Naam|3-11-2026|10-11-2026|17-11-2026\n"
            "Anna|x (te laat)|x tot 11|ziek gemeld\n"
            "Bo|✓|✗|✓\n"
            "Cas|2 uur|1,5u|-"
        ),
        "11-03 11-10 11-17",
        {"Anna": "P <11.00 E", "Bo": "P A P", "Cas": "120 90 A"},
        asked="late",
    ),
    Messy(
        "a total after each month",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026|Totaal sept|6-10-2026|13-10-2026|Totaal okt\n"
            "Anna|x|x|2|x|-|1\n"
            "Bo|x|-|1|x|x|2"
        ),
        "09-01 09-08 10-06 10-13",
        {"Anna": "P P P A", "Bo": "P A P P"},
        warns="totals_skipped",
    ),
    Messy(
        "percentages beside and below",
        lambda: csv(
            "Naam|1-9-2026|8-9-2026|Aanwezig %\n"
            "Anna|x|x|100%\n"
            "Bo|x|-|50%\n"
            "Aantal aanwezig|2|1|\n"
            "Percentage|100%|50%|"
        ),
        "09-01 09-08",
        {"Anna": "P P", "Bo": "P A"},
        warns="totals_skipped",
    ),
    Messy(
        "a list with the times of the activity and who was there",
        lambda: csv(
            "Naam deelnemer|Datum activiteit|Activiteit|Start|Einde|Aanwezig|Opmerking\n"
            "Anna|3-11-2026|Naaien|9:30|12:00|Ja|\n"
            "Bo|3-11-2026|Naaien|9:30|12:00|Nee|ziek\n"
            "Anna|10-11-2026|Naaien|9:30|12:00|Ja|kwam later"
        ),
        "11-03 11-10",
        {"Anna": "150 150", "Bo": "A ."},
    ),
    Messy(
        "numbers, names and signatures of one day",
        lambda: csv(
            "Presentielijst 3 november 2026\n"
            "Nr|Naam|Handtekening\n"
            "1|Anna Bos|A. Bos\n"
            "2|Bo Kok|\n"
            "3|Cas Dik|CD"
        ),
        "11-03",
        {"Anna Bos": "P", "Cas Dik": "P"},
        warns="rows_without_marks",
    ),
    Messy(
        "tasks behind whole names, without headings",
        lambda: csv(
            "|||5-10-2026|12-10-2026\n"
            "1|Kadir Şahin|Keuken|x|x\n"
            "2|Sofia Lima|Tuin|x|-\n"
            "3|Wim Ho|Bediening|z|x"
        ),
        "10-05 10-12",
        {"Kadir Şahin": "P P", "Sofia Lima": "P A", "Wim Ho": "E P"},
    ),
    Messy(
        "two totals in front of bare day numbers",
        lambda: csv(
            "november 2026\nNaam|Tot. aanw.|Tot. afw.|2|9|16\nAnna|2|1|1|1|0\nBo|3|0|1|1|1"
        ),
        "11-02 11-09 11-16",
        {"Anna": "P P A", "Bo": "P P P"},
        warns="totals_skipped",
    ),
    Messy(
        "counts of here, ill and away behind",
        lambda: csv("Naam|2-11-2026|9-11-2026|Aanwezig|Ziek|Afwezig\nAnna|x|x|2|0|0\nBo|x|z|1|1|0"),
        "11-02 11-09",
        {"Anna": "P P", "Bo": "P E"},
        warns="totals_skipped",
    ),
    Messy(
        "a list of hours with a total below",
        lambda: csv(
            "Datum|Naam|Aantal uur\n"
            "2-11-2026|Anna|2,5\n"
            "2-11-2026|Bo|3\n"
            "9-11-2026|Anna|2\n"
            "Totaal||7,5"
        ),
        "11-02 11-09",
        {"Anna": "150 120", "Bo": "180 ."},
        warns="totals_skipped",
    ),
    Messy(
        "a list of times under words of its own",
        lambda: csv(
            "Datum|Naam|Aangekomen om|Weer weg om\n"
            "2-11-2026|Anna|09:00|12:30\n"
            "2-11-2026|Bo|10:00|12:00\n"
            "9-11-2026|Anna|09:00|12:00"
        ),
        "11-02 11-09",
        {"Anna": "210 180", "Bo": "120 ."},
    ),
    Messy(
        "signatures and a time of coming",
        lambda: csv(
            "Presentielijst Fietsles - 3 november 2026\n"
            "Naam|Handtekening|Aankomst\n"
            "Anna Bos|AB|9:30\n"
            "Bo Kok||\n"
            "Cas Dik|c.dik|9:45"
        ),
        "11-03",
        {"Anna Bos": "P", "Cas Dik": "P"},
        warns="rows_without_marks",
    ),
    Messy(
        "months first, as one date tells, between commas",
        lambda: csv(
            "Name,11/02/2026,11/09/2026,11/16/2026\nAnna,x,x,-\nBo,x,,x".replace(",", "|"), ","
        ),
        "11-02 11-09 11-16",
        {"Anna": "P P A", "Bo": "P . P"},
    ),
    Messy(
        "halves of a day below each date",
        lambda: xlsx(
            [
                [None, "3 nov", None, "5 nov", None],
                ["Naam", "och", "mid", "och", "mid"],
                ["Anna", "x", "x", "x", None],
                ["Bo", None, "x", "z", "z"],
            ],
            merged=["B1:C1", "D1:E1"],
        ),
        "11-03 11-03 11-05 11-05",
        {"Anna": "P P P .", "Bo": ". P E E"},
        warns="year_guessed same_day_twice",
    ),
    Messy(
        "a time clock, with nobody leaving once",
        lambda: xlsx(
            [
                ["Naam", "Datum", "In", "Uit"],
                ["Anna", d(11, 2), time(9, 30), time(12, 0)],
                ["Bo", d(11, 2), time(10, 0), time(12, 0)],
                ["Anna", d(11, 9), time(9, 0), None],
            ]
        ),
        "11-02",
        {"Anna": "150", "Bo": "120"},
        unread="C4",
    ),
    Messy(
        "answers in a sentence",
        lambda: csv(
            "Tijdstempel|Naam|Aanwezig\n"
            "2-11-2026 9:33:01|Anna Bos|Ja, ik ben er\n"
            "2-11-2026 9:35:40|Bo Kok|Nee, ik ben ziek\n"
            "9-11-2026 9:31:12|Anna Bos|Ja, ik ben er"
        ),
        "11-02 11-09",
        {"Anna Bos": "P P", "Bo Kok": "E ."},
    ),
    Messy(
        "sums of who was there and who was not, below",
        lambda: csv("Naam|2-11-2026|9-11-2026\nAnna|x|x\nBo|x|\nAanwezig|2|1\nAfwezig|0|1"),
        "11-02 11-09",
        {"Anna": "P P", "Bo": "P ."},
        warns="totals_skipped",
    ),
    Messy(
        "English, with short days of the week",
        lambda: csv(
            "Participant|Mon 2 Nov|Mon 9 Nov|Mon 16 Nov\n"
            "Anna|present|absent|sick\n"
            "Bo|late|present|present"
        ),
        "11-02 11-09 11-16",
        {"Anna": "P A E", "Bo": "P P P"},
        asked="late",
        warns="year_guessed",
    ),
    Messy(
        "Arabic, from right to left",
        lambda: csv("المجموع|١٠ نوفمبر|٣ نوفمبر|الاسم\n2|حاضر|حاضر|فاطمة\n1|غائب|حاضر|محمد"),
        "11-10 11-03",
        {"فاطمة": "P P", "محمد": "A P"},
        warns="year_guessed totals_skipped",
    ),
    Messy(
        "a column of who was there and one of who was not, below each date",
        lambda: xlsx(
            [
                [None, d(11, 2), None, d(11, 9), None],
                ["Naam", "Aanw", "Afw", "Aanw", "Afw"],
                ["Anna", "x", None, None, "x"],
                ["Bo", "x", None, "x", None],
            ],
            merged=["B1:C1", "D1:E1"],
        ),
        "11-02 11-09",
        {"Anna": "P A", "Bo": "P P"},
    ),
]
