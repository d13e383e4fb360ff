"""What a bookkeeper keeps, for tests of what is made of it."""

from portal.impact.commands.sheets import read_sheet
from portal.impact.models import MoneySheet

SHEET = """Boekhouding Werkplaats;;;;
Datum;Omschrijving;Soort;Bedrag;Betaald door
03-10-2025;zaal week 1;Huur;1.250,00;Gemeente Rotterdam
05-10-2025;hout;Materiaal;€ 120;
07-10-2025;hout terug;Materiaal;-20,00;
12-11-2025;taxi;Reiskosten;17,5;
;;Totaal;1367,50;
"""
MONTHS = """Kosten 2025;jan;feb;mrt;Totaal
Huur;450;450;450;1350
Reiskosten;12,50;0;;12,50
Totaal kosten;462,50;450;450;1362,50
Subsidie gemeente;1000;1000;1000;3000
Vrijwilligersuren;12;10;8,5;30,5
"""


def read_in(session, actor, text: str) -> MoneySheet:
    """A sheet that was read."""
    row = read_sheet(session, actor, data=text.encode())
    session.flush()
    return row
