"""What of a passage is shown: highlights, snippets, and the sentences and chunks they are made of."""
