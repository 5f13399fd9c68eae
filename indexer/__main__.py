"""`python -m indexer` is the `indexer` command."""

from indexer.cli.main import main

main()
