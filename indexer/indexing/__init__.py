"""Building and changing an index."""
