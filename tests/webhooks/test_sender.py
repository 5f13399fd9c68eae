"""What is sent of a saved search, when, and what is known of it after a restart; the receiver is a real server."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer import Settings, add, build, remove, rollback, withdraw
from indexer.setting_values import DeclaredWebhook
from indexer.webhooks import looking, sender
from indexer.webhooks.sender import PAUSES, Sender, WebhookEvent, send_test_webhook
from indexer.webhooks.signing import signed_headers
from tests.conftest import ROOT
from tests.webhooks.receiver import Receiver, receiving, secret_file


def article(number: int, text: str = "Nước lũ dâng cao ở Hương Khê.", **more: Any) -> dict[str, Any]:
    return {"id": f"tin/{number}", "title": f"Tin số {number}", "source": "Báo Mẫu", "text": text, **more}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


class Site:
    """An index, its settings with one webhook, a clock, and a sender that may be started again."""

    def __init__(self, folder: Path, address: str, query: str = "nước lũ") -> None:
        hook = DeclaredWebhook("ngap-lut", query, address, secret_file(folder))
        self.settings = Settings(index=folder / "index", webhooks=(hook,), hosts=("https://tim.example",))
        self.now = 1_700_000_000.0
        self.told: list[WebhookEvent] = []
        build([[article(1), article(2, "Trời nắng đẹp.")]], self.settings.index)
        self.sender = self.started()

    def started(self) -> Sender:
        return Sender(self.settings, self.told.append, lambda: self.now)

    def restart(self) -> None:
        self.sender.close()
        self.sender = self.started()

    def step(self, later: float = 0.0) -> list[str]:
        """What happened in a step."""
        self.now += later
        self.told.clear()
        self.sender.step()
        return [each.event for each in self.told]


@pytest.fixture
def site(tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    # The receiver compares the time that is signed with its own.
    monkeypatch.setattr(sender, "signed_headers", lambda secret, id, _, body: signed(secret, id, body))
    made = Site(tmp_path, receiver.address)
    yield made
    made.sender.close()


def signed(secret: bytes, id: str, body: bytes) -> Any:
    return signed_headers(secret, id, int(time.time()), body)


def test_what_is_found_already_is_not_sent_and_what_comes_is_sent_once(site: Site, receiver: Receiver) -> None:
    assert site.step() == ["begun"]
    assert site.step() == []
    add([[article(3, date="2026-10-01", url="https://bao.example/3"), article(4, "Trời mưa.")]], site.settings.index)
    assert site.step() == ["sent"]
    [request] = receiver.received
    assert (request.path, request.type, receiver.wrong) == ("/nhan?ma=1", "search.found", [])
    assert {key: value for key, value in request.data.items() if key not in ("generation", "passages")} == {
        "name": "ngap-lut",
        "query": "nước lũ",
        "new_passages": 1,
        "new_articles": 1,
    }
    [passage] = request.data["passages"]
    assert passage.pop("address").startswith("https://tim.example/articles/tin/3#p1-")
    assert passage == {
        "article": "tin/3",
        "title": "Tin số 3",
        "source": "Báo Mẫu",
        "date": "2026-10-01",
        "url": "https://bao.example/3",
        "text": "Nước lũ dâng cao ở Hương Khê.",
    }
    assert request.data["generation"].startswith("000002-")
    assert site.step() == []
    site.restart()
    assert site.step() == []


def test_a_further_paragraph_is_new_and_a_moved_comma_is_not(site: Site, receiver: Receiver) -> None:
    site.step()
    add([[article(1, "Nước lũ, dâng cao ở Hương Khê!")]], site.settings.index)
    assert site.step() == []
    add([[article(1, "Nước lũ, dâng cao ở Hương Khê!\n\nTối nay nước lũ rút.")]], site.settings.index)
    assert site.step() == ["sent"]
    assert [each["text"] for each in receiver.received[0].data["passages"]] == ["Tối nay nước lũ rút."]


def test_building_again_and_going_back_bring_nothing_new(site: Site, receiver: Receiver) -> None:
    site.step()
    add([[article(3)]], site.settings.index)
    assert site.step() == ["sent"]
    rollback(site.settings.index)
    assert site.step() == []
    build([[article(1), article(2, "Trời nắng đẹp."), article(3)]], site.settings.index)
    assert site.step() == []
    assert len(receiver.received) == 1


def test_what_comes_while_no_sender_runs_is_sent_afterwards(site: Site, receiver: Receiver) -> None:
    site.step()
    site.sender.close()
    add([[article(3)]], site.settings.index)
    add([[article(4)]], site.settings.index)
    site.sender = site.started()
    assert site.step() == ["sent"]
    assert receiver.received[0].data["new_articles"] == 2


def test_it_is_sent_again_with_the_same_id_and_what_came_meanwhile_follows(site: Site, receiver: Receiver) -> None:
    site.step()
    receiver.statuses[:] = [500, 302]
    add([[article(3)]], site.settings.index)
    assert site.step() == ["failed"]
    assert site.told[0].reason == "status 500"
    add([[article(4)]], site.settings.index)
    assert site.step(later=PAUSES[0] - 1) == []
    site.restart()
    assert site.step(later=1) == ["failed"]
    assert site.told[0].reason == "status 302", "no redirect is followed"
    assert site.step(later=PAUSES[1]) == ["sent"]
    assert site.step() == ["sent"]
    assert [each.data["passages"][0]["article"] for each in receiver.received] == ["tin/3"] * 3 + ["tin/4"]
    ids = [each.id for each in receiver.received]
    assert len(set(ids[:3])) == 1 and ids[3] != ids[0]


def test_a_sender_that_dies_between_sending_and_noting_sends_the_same_id(
    site: Site, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.step()
    add([[article(3)]], site.settings.index)
    with monkeypatch.context() as patched:
        patched.setattr(site.sender._state, "done", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            site.sender.step()
    site.restart()
    assert site.step() == ["sent"]
    assert len(receiver.received) == 2
    assert len({each.id for each in receiver.received}) == 1


def test_it_is_given_up_after_a_day_and_goes_on_with_what_comes(site: Site, receiver: Receiver) -> None:
    site.step()
    receiver.statuses[:] = [503] * (len(PAUSES) + 1)
    add([[article(3)]], site.settings.index)
    assert site.step() == ["failed"]
    for pause in PAUSES[:-1]:
        assert site.step(later=pause) == ["failed"]
    assert site.step(later=PAUSES[-1]) == ["given_up"]
    assert site.told[0].attempts == len(PAUSES) + 1
    assert 20 * 3600 < sum(PAUSES) < 24 * 3600
    assert site.step(later=3600) == []
    add([[article(4)]], site.settings.index)
    assert site.step() == ["sent"]


def test_what_is_withdrawn_while_it_waits_is_not_sent(site: Site, receiver: Receiver) -> None:
    site.step()
    receiver.statuses[:] = [500, 500]
    add([[article(3), article(4)]], site.settings.index)
    site.step()
    withdraw({"tin/3": "sai"}, site.settings.index)
    assert site.step(later=PAUSES[0]) == ["failed"]
    assert [each["article"] for each in receiver.received[-1].data["passages"]] == ["tin/4"]
    assert receiver.received[-1].data["new_passages"] == 2
    remove(["tin/4"], site.settings.index)
    assert site.step(later=PAUSES[1]) == ["withdrawn"]
    assert len(receiver.received) == 2


def test_no_text_is_kept_beside_the_index(site: Site, receiver: Receiver) -> None:
    site.step()
    receiver.statuses[:] = [500]
    add([[article(3)]], site.settings.index)
    site.step()
    for path in site.settings.index.glob("webhooks*"):
        content = path.read_bytes()
        assert "Hương Khê".encode() not in content and b"0123456789abcdef" not in content


def test_of_much_that_is_new_the_newest_is_named(site: Site, receiver: Receiver) -> None:
    site.step()
    add([[article(number, date=f"2026-01-{number - 9:02}") for number in range(10, 40)]], site.settings.index)
    site.step()
    data = receiver.received[0].data
    assert (data["new_passages"], data["new_articles"], len(data["passages"])) == (30, 30, 20)
    assert [each["article"] for each in data["passages"]] == [f"tin/{number}" for number in range(39, 19, -1)]


def test_long_texts_are_cut(site: Site, receiver: Receiver) -> None:
    site.step()
    add([[article(3, "Nước lũ " + "dâng cao " * 100)]], site.settings.index)
    site.step()
    text = receiver.received[0].data["passages"][0]["text"]
    assert text.startswith("Nước lũ dâng cao dâng") and text.endswith(" …") and len(text) <= 502


def test_another_query_begins_with_what_it_finds(site: Site, receiver: Receiver) -> None:
    site.step()
    hook = site.settings.webhooks[0]
    other = DeclaredWebhook(hook.name, "trời", hook.address, hook.secret_file)
    site.settings = site.settings.changed({"webhooks": (other,)})
    site.restart()
    assert site.step() == ["begun"]
    site.settings = site.settings.changed({"webhooks": ()})
    site.restart()
    with sqlite3.connect(site.settings.index / "webhooks.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM seen").fetchone() == (0,), "one that is gone is forgotten"
    database.close()


def test_a_search_that_finds_too_much_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "MOST_FOUND", 1)
    monkeypatch.setattr(sender, "look", lambda index, query: looking.look(index, query, 1))
    add([[article(3)]], site.settings.index)
    assert site.step() == ["wide", "begun"]


def test_a_secret_that_cannot_be_read_is_a_failure_that_does_not_name_it(site: Site, receiver: Receiver) -> None:
    site.step()
    file = site.settings.webhooks[0].secret_file
    kept = file.read_text()
    file.write_text("whsec_c2hvcnQ=")
    add([[article(3)]], site.settings.index)
    assert site.step() == ["failed"]
    assert site.told[0].reason == f"secret_file {file} holds no secret"
    assert receiver.received == []
    file.write_text(kept)
    assert site.step(later=PAUSES[0]) == ["sent"]


def test_without_an_index_it_waits(tmp_path: Path) -> None:
    hook = DeclaredWebhook("a", "lũ", "http://127.0.0.1:1/", secret_file(tmp_path))
    told: list[WebhookEvent] = []
    made = Sender(Settings(index=tmp_path / "none", webhooks=(hook,)), told.append)
    assert made.step() == Settings().webhook_seconds
    made.close()
    assert told == []


def test_a_test_is_sent_and_nothing_noted(site: Site, receiver: Receiver) -> None:
    site.step()
    assert send_test_webhook(site.settings, "ngap-lut") == ""
    assert receiver.received[0].type == "search.test"
    assert receiver.received[0].data["passages"][0]["article"] == "tin/1"
    receiver.statuses[:] = [401]
    assert send_test_webhook(site.settings, "ngap-lut") == "status 401"
    assert site.step() == []


def test_the_message_in_the_documentation_is_what_is_sent(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "signed_headers", lambda secret, id, _, body: signed(secret, id, body))
    shown = (ROOT / "docs" / "running.md").read_text("utf-8").partition("## Webhooks")[2]
    documented = json.loads(shown.partition("```json\n")[2].partition("```")[0])
    site = Site(tmp_path, receiver.address, documented["data"]["query"])
    site.step()
    text = "Mưa lớn từ sáng.\n\nNhiều xã vẫn còn ngập lụt."
    new = {"id": "tin/7", "title": "Nước lên nhanh", "source": "Báo Mẫu", "text": text}
    add([{**new, "date": "2026-11-28", "url": "https://bao.example/7"}], site.settings.index)
    site.step()
    [request] = receiver.received
    site.sender.close()
    assert documented["type"] == request.type
    assert {**documented["data"], "generation": ""} == {**request.data, "generation": ""}
