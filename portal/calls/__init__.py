"""Calls: what the network needs, who answers, what came of it, and who is in the network."""
