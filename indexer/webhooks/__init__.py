"""Webhooks of saved searches: what a published change brings that a saved search finds is sent to an address.

`looking` says what a search finds that it did not find before, `state` keeps that beside the index, `messages` makes
the body, `signing` signs it, `posting` sends it, `sender` does all of this for each declared webhook, and `process` is
the one process that runs it.
"""
