"""Attendance: who was there, for how long, who wrote it down, and every change since."""
