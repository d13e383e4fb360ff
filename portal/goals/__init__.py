"""Goals: what she wants to reach in her own words, and at the end by both how it went."""
