"""Recognition: another organisation reads the figures, returns a report or recognises it."""
