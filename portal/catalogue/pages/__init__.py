"""What is shown of offerings: cards, a calendar, a poster, and the words of schema.org."""
