"""Schedule: a series of half-days becomes dated sessions that can be moved or cancelled."""
