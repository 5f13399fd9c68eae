"""What the application carries with it: its settings. The index is in `webapp.index`."""

from __future__ import annotations

from flask import current_app

from indexer import Settings


def settings() -> Settings:
    """The settings of the current application."""
    given: Settings = current_app.extensions["timdoan.settings"]
    return given
