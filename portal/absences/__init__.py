"""Absences: who stayed away some times in a row, and what was done about it."""
