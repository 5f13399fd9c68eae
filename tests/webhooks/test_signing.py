"""Signatures by the example of the Standard Webhooks specification, and what no secret is."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from indexer.errors import SettingInvalid
from indexer.webhooks.signing import read_secret, signed_headers


def test_a_signature_is_that_of_the_specification(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")
    headers = signed_headers(
        read_secret(tmp_path / "secret"), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@pytest.mark.parametrize(
    "content",
    [
        "",
        "whsec_",
        "whsec_" + base64.b64encode(b"x" * 23).decode(),
        "whsec_" + base64.b64encode(b"x" * 65).decode(),
        base64.b64encode(b"x" * 32).decode(),
        "whsec_" + "?" * 40,
        "whsec_bí mật",
        "whsec_" + "A" * 5_000,
    ],
)
def test_what_is_no_secret_is_refused_without_being_shown(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_text(content)
    with pytest.raises(SettingInvalid) as caught:
        read_secret(tmp_path / "secret")
    assert str(caught.value) == f"secret_file {tmp_path / 'secret'} holds no secret"
    assert content not in caught.value.hint or not content or content == "whsec_"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="cannot be read: No such file"):
        read_secret(tmp_path / "none")
