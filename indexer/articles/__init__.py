"""What is read: files become articles, articles become paragraphs with their kinds."""
