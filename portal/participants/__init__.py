"""Participants: as little as needed about a person, her card, and her programme."""
