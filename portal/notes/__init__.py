"""Notes: what staff write down of somebody for each other, and what they mean to do."""
