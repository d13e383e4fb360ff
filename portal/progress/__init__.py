"""Progress: steps on the participation ladder, examples of what somebody can, and outflow."""
