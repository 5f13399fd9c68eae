"""The thread that has webhooks of saved searches sent; what becomes of them is logged and counted."""

from __future__ import annotations

import logging
import threading
import time

from flask import Flask

from indexer import Settings, TimDoanError, WebhookEvent, send_webhooks
from webapp.monitoring.metrics import Metrics
from webapp.monitoring.observing import metrics

logger = logging.getLogger("webapp.index")

_AGAIN_SECONDS = 5.0
"""How long until a process that has ended, or one that another server process has, is looked for again."""

_MESSAGES = {
    "begun": (logging.INFO, "a saved search is followed"),
    "wide": (logging.WARNING, "a saved search finds more than is looked at: the newest passages alone count"),
    "sent": (logging.INFO, "a webhook was sent"),
    "failed": (logging.WARNING, "a webhook was not accepted: it is sent again"),
    "given_up": (logging.ERROR, "a webhook was not accepted: it is given up"),
    "withdrawn": (logging.INFO, "a webhook is not sent: what it was about is gone"),
}


def start_sending(app: Flask, settings: Settings) -> None:
    """Have webhooks sent as long as this process lives, if any are declared."""
    if settings.webhooks:
        keep_sending = lambda: _keep_sending(settings, metrics(app))  # noqa: E731
        threading.Thread(target=keep_sending, name="webhooks", daemon=True).start()


def _keep_sending(settings: Settings, figures: Metrics) -> None:
    told = ""
    while True:
        try:
            send_webhooks(settings, lambda event: note(event, figures), _fail)
        except (TimDoanError, OSError) as error:
            if str(error) != told:
                told = str(error)
                _fail(told)
        time.sleep(_AGAIN_SECONDS)


def note(event: WebhookEvent, figures: Metrics) -> None:
    """Log and count what has happened to a webhook: its name is in the log, never its address."""
    level, message = _MESSAGES[event.event]
    values = {"webhook": event.hook, "id": event.id, "passages": event.passages, "attempts": event.attempts}
    if event.reason:
        values["reason"] = event.reason
    logger.log(level, message, extra={"values": {name: value for name, value in values.items() if value}})
    figures.webhook(event.event)


def _fail(reason: str) -> None:
    logger.error("webhooks are not sent", extra={"values": {"reason": reason}})
