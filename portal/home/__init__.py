"""Home: the day first, for each role, and the pages that say what is true of this software."""
