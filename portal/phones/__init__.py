"""Phones: what was tapped on a register, perhaps without a signal, comes in and is answered."""
