"""Catalogue: what the public finds, and nothing that isn't public."""
