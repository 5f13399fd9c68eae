"""Documents of word processors and spreadsheets: paragraphs in reading order, fonts for their encodings."""
