"""Searching an open index: from the text of a query to ranked passages."""
