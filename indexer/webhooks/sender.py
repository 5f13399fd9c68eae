"""Looking and sending, one webhook after the other.

At most one message of a webhook waits. While it is tried again nothing is looked for, and what comes meanwhile is in
the next one: so a receiver that is gone costs one request an hour, and nothing is lost before it is given up.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from indexer.errors import IndexMissing, SettingInvalid
from indexer.search.index import Index, open_index
from indexer.setting_values import DeclaredWebhook
from indexer.settings import Settings
from indexer.webhooks.looking import MOST_FOUND, look
from indexer.webhooks.messages import MOST_NAMED, TEST, body_of
from indexer.webhooks.posting import post
from indexer.webhooks.signing import read_secret, signed_headers
from indexer.webhooks.state import Message, Named, State

PAUSES = (5.0, 30.0, 120.0, 600.0, 1_800.0, *[3_600.0] * 22)
"""Seconds after each attempt that failed; with the last one, after 23 hours, a message is given up."""

Kind = Literal["begun", "wide", "sent", "failed", "given_up", "withdrawn"]


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """Something that has happened to a webhook: begun with what is found now, a message sent, failed, given up.

    "wide": it finds more than are looked at; "withdrawn": nothing is left of what a message was about.
    """

    event: Kind
    hook: str
    id: str = ""
    reason: str = ""
    passages: int = 0
    attempts: int = 0


class Sender:
    """Follows the saved searches of the settings over the generations of an index.

    `tell` gets what happens. `step` raises what opening an index and `State` raise.
    """

    def __init__(
        self, settings: Settings, tell: Callable[[WebhookEvent], object], clock: Callable[[], float] = time.time
    ) -> None:
        self._settings, self._tell, self._clock = settings, tell, clock
        self._state = State(settings.index)
        self._state.keep_only({hook.name for hook in settings.webhooks})
        self._index: Index | None = None

    def close(self) -> None:
        """Close the files."""
        self._state.close()
        if self._index is not None:
            self._index.close()

    def step(self) -> float:
        """Look for what is new, and send what is due; gives the seconds until something else is due at the latest."""
        index = self._current()
        if index is None:
            return self._settings.webhook_seconds
        dues = [self._settings.webhook_seconds]
        for hook in self._settings.webhooks:
            self._look(hook, index)
            message = self._state.waiting(hook.name)
            if message is not None and message.due <= self._clock():
                self._send(hook, message, index)
                message = self._state.waiting(hook.name)
            if message is not None:
                dues.append(message.due - self._clock())
        return max(0.0, min(dues))

    def _current(self) -> Index | None:
        """The live generation; None where there is none."""
        if self._index is not None and not self._index.is_current():
            self._index.close()
            self._index = None
        if self._index is None:
            try:
                self._index = open_index(self._settings.index, self._settings)
            except IndexMissing:
                return None
        return self._index

    def _look(self, hook: DeclaredWebhook, index: Index) -> None:
        state, name = self._state, hook.name
        before = state.generation(name, hook.query)
        if before == index.generation or (before and state.waiting(name)):
            return
        looked = look(index, hook.query)
        if looked.total > len(looked.found) and looked.total > MOST_FOUND:
            self._tell(WebhookEvent("wide", name, passages=looked.total))
        if not before:
            state.begin(name, hook.query, index.generation, looked.found)
            self._tell(WebhookEvent("begun", name, passages=looked.total))
            return
        seen = state.seen(name)
        new = [Named(article, key) for key, article in looked.found.items() if key not in seen]
        message = Message(
            id=f"msg_{secrets.token_hex(16)}",
            generation=index.generation,
            created=self._clock(),
            passages=len(new),
            articles=len({article for article, _ in new}),
            named=new[:MOST_NAMED],
            due=self._clock(),
        )
        # What was found once is not told again when it comes back, as after a rollback; but not without end.
        gone = seen - looked.found.keys() if len(seen) > 2 * MOST_FOUND else ()
        state.found(name, index.generation, (key for _, key in new), message if new else None, gone)

    def _send(self, hook: DeclaredWebhook, message: Message, index: Index) -> None:
        body = body_of(hook, message, index, self._settings)
        if not body:
            self._state.done(hook.name)
            self._tell(WebhookEvent("withdrawn", hook.name, message.id))
            return
        reason = _posted(hook, message.id, int(self._clock()), body)
        attempts = message.attempts + 1
        if not reason:
            self._state.done(hook.name)
            self._tell(WebhookEvent("sent", hook.name, message.id, "", message.passages, attempts))
        elif attempts > len(PAUSES):
            self._state.done(hook.name)
            self._tell(WebhookEvent("given_up", hook.name, message.id, reason, message.passages, attempts))
        else:
            self._state.later(hook.name, attempts, self._clock() + PAUSES[attempts - 1])
            self._tell(WebhookEvent("failed", hook.name, message.id, reason, message.passages, attempts))


def send_test_webhook(settings: Settings, name: str) -> str:
    """Send a webhook the newest passage that its search finds now, as a test, once; gives why it was not accepted.

    Nothing is noted. Raises `SettingInvalid` for a webhook that is not declared, and as `open_index`.
    """
    hook = next((each for each in settings.webhooks if each.name == name), None)
    if hook is None:
        known = ", ".join(each.name for each in settings.webhooks) or "none"
        raise SettingInvalid(f"there is no webhook {name!r:.60}", f"Declared in the settings file are: {known}.")
    with open_index(settings.index, settings) as index:
        found = look(index, hook.query, 1).found
        named = [Named(article, key) for key, article in found.items()]
        id = f"msg_{secrets.token_hex(16)}"
        message = Message(id, index.generation, time.time(), len(named), len(named), named)
        body = body_of(hook, message, index, settings, TEST)
    read_secret(hook.secret_file)
    return _posted(hook, id, int(time.time()), body)


def _posted(hook: DeclaredWebhook, id: str, at: int, body: bytes) -> str:
    """Send a body, signed; gives why it was not accepted, or nothing."""
    try:
        # Read each time: a secret is exchanged without a restart.
        secret = read_secret(hook.secret_file)
    except SettingInvalid as error:
        return str(error)
    return post(hook.address, body, signed_headers(secret, id, at, body))
