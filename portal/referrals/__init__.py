"""Referrals: who sent somebody to an offering, what the guide needs, and what became of it."""
