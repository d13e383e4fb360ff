"""The open data, in the shapes that other sites read."""
