"""The server's log on standard error, as text or JSON, one line for each event.

`observing` decides what is logged of a request.
"""

from __future__ import annotations

import datetime
import json
import logging
import re
import sys

NAME = "webapp"
"""The logger of everything here; Flask's own has the same name."""


_SIMPLE = re.compile(r'[^\s"\\]+')


class TextLines(logging.Formatter):
    """`time LEVEL message name=value ...`; a traceback follows on lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of `record`."""
        values = getattr(record, "values", {})
        pairs = [f"{name}={_plain(value)}" for name, value in values.items()]
        line = " ".join([_time(record), record.levelname, record.getMessage(), *pairs])
        return f"{line}\n{error}" if (error := _error(self, record)) else line


class JsonLines(logging.Formatter):
    """One object a line: time, level, message, the values, and a traceback as `error`."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of `record`."""
        entry = {"time": _time(record), "level": record.levelname, "message": record.getMessage()}
        entry |= getattr(record, "values", {})
        if error := _error(self, record):
            entry["error"] = error
        return json.dumps(entry, ensure_ascii=False).encode("utf-8", "replace").decode()


def _time(record: logging.LogRecord) -> str:
    moment = datetime.datetime.fromtimestamp(record.created, datetime.UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _error(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """The traceback of `record`, or nothing."""
    return formatter.formatException(record.exc_info) if record.exc_info and record.exc_info[0] else ""


def _plain(value: object) -> str:
    """A value of a text line, quoted if it has white space, quotes or control characters, so that it stays one
    value."""
    text = str(value)
    return (
        text
        if text.isprintable() and _SIMPLE.fullmatch(text)
        else json.dumps(text, ensure_ascii=not text.isprintable())
    )


def configure(form: str) -> None:
    """Configure logging in the format of the setting `log_format`: text, json, or off (errors only, as text)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logger = logging.getLogger(NAME)
    logger.handlers = [handler]
    logger.propagate = False
    logger.setLevel(logging.ERROR if form == "off" else logging.INFO)
