"""Who may ask, and how much: API keys, and how many requests one client may send."""
