"""The open index of a process: opening it, replacing it by a newer generation, and limiting concurrent searches."""
