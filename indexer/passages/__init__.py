"""Highlights and snippets of passages, and the sentences and chunks they are made from."""
