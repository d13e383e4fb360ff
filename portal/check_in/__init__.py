"""A participant says herself that she is here: by a code that changes, or with her card."""
