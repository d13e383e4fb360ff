"""Searches: what somebody looks for and is told of once it comes."""
