"""The one open index of a process: opened, exchanged for a newer one, and lent to so many searches at once."""
