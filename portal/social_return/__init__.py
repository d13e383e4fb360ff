"""Social return: what a contractor owes, what counts for it, and who says so."""
