"""Feeds: open data about published offerings, never about a person."""
