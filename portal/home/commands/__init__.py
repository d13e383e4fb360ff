"""What is written from the pages that put rooms together."""
