"""Sources of articles: files, objects and records."""
