"""Talks: a word between her and the organisation of a place that she has, and an answer back."""
