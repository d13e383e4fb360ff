"""Letters that leave the house: who carries them, and what becomes of them."""
