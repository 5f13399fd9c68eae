"""What was asked: the text of a query becomes a Query tree."""
