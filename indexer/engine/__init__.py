"""The contract of engines (`base`, `backend`), and one package for each engine."""
