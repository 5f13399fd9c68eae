"""The `indexer` command."""
