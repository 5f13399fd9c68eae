"""Formats of articles: what a file holds becomes drafts, one file a format."""
