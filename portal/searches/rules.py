"""How long a search is kept, and how much of what."""

from datetime import timedelta

LASTS = timedelta(days=180)
TO_CONFIRM = timedelta(days=2)  # a search for a contact that nobody proved yet
MOST = 5  # of one person, or to one contact
MOST_SAVED = 30  # activities of one person
OF_USE = timedelta(days=2)  # what came may be full by then
