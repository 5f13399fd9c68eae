"""Slow, readable programs that do what the loops of the product do: tests compare the two."""
