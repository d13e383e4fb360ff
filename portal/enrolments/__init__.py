"""Enrolments: from "I want to" to a place, a waiting list, and how it ended."""
