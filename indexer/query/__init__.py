"""Query planning: the text of a query becomes a Query tree."""
