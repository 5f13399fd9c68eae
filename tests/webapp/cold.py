"""The real server, whose workers never become warm: loops stay plain Python, and answers the same.

Run as `python -m tests.webapp.cold`, with the options of `webapp`. To load what is compiled takes each worker some
seconds of the processor, often more than all that a test asks of it. `serving/test_command.py` runs those that do.
"""

from __future__ import annotations

from webapp.commands.main import main
from webapp.serving import server


def stay_cold() -> None:
    """Have this process and its workers warm nothing."""
    server._load = server._warm = lambda settings: None


if __name__ == "__main__":
    stay_cold()
    main(prog_name="webapp")
