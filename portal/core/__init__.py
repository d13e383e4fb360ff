"""Shared words of the house: plain Python and SQLAlchemy, no Flask."""
