"""Signatures as the Standard Webhooks specification has them: HMAC-SHA256 over id, time and body."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from pathlib import Path

from indexer.errors import SettingInvalid

PREFIX = "whsec_"
_FEWEST, _MOST = 24, 64
_FILE_BYTES = 1_000


def read_secret(path: Path) -> bytes:
    """The secret that a file holds: one line, `whsec_` and 24 to 64 bytes in base64. Raises `SettingInvalid`.

    No message has anything of what the file holds.
    """
    hint = f"It has one line: {PREFIX} and {_FEWEST} to {_MOST} random bytes in base64 (see docs/running.md)."
    try:
        with open(path, "rb") as file:
            text = file.read(_FILE_BYTES).decode("ascii").strip()
        secret = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except OSError as error:
        raise SettingInvalid(f"secret_file {path} cannot be read: {error.strerror}", hint) from None
    except (UnicodeDecodeError, binascii.Error):
        raise SettingInvalid(f"secret_file {path} holds no secret", hint) from None
    if not text.startswith(PREFIX) or not _FEWEST <= len(secret) <= _MOST:
        raise SettingInvalid(f"secret_file {path} holds no secret", hint)
    return secret


def signed_headers(secret: bytes, id: str, at: int, body: bytes) -> Mapping[str, str]:
    """The headers that go with a body: its id, the time in seconds since 1970, and the signature of all three."""
    digest = hmac.digest(secret, b"%s.%d.%s" % (id.encode("ascii"), at, body), hashlib.sha256)
    return {
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode('ascii')}",
    }
