"""Hours that count: per programme, where they come from, and a signed overview."""
