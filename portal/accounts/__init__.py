"""Accounts: staff users, signing in and out, and getting a lost password back."""
