"""Duplicates: the same person entered twice, brought together with everybody's say."""
