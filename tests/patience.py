"""How long tests wait for what must come: only what never comes fails by it, on any machine."""

SECONDS = 600
