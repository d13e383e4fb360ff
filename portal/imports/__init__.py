"""Attendance from a spreadsheet: read, shown, corrected, applied, and taken back whole."""
