"""Agreements: in plain words what a participant and her guide do in a pre-trajectory."""
