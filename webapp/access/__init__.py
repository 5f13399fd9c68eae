"""Access control of the JSON endpoint: API keys and rate limits."""
