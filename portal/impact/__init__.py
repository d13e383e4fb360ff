"""Impact: what a provider did in a period, counted by a stated method and frozen."""
