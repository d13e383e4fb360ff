"""Organisations: who they are, their teams, and which members a cooperative works for."""
