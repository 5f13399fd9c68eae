"""Where paragraphs live: the contract (`base`) and one folder for each engine that keeps it."""
