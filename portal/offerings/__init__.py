"""Offerings: pre-trajectories and day activities, from a draft to the archive."""
