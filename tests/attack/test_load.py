"""Twice the load that a server sustains, while one publishes every few seconds and kills its processes.

No answer is anything but 200 or 503, each is of one generation, and memory does not grow.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import statistics
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from benchmarks.load import CLIENTS, GROWTH, LARGEST_RATE, Phase, flat_out, resident, steady
from indexer import add, build
from tests.webapp.server import serving

ARTICLES = 2_000
STAMPED = 8
PUBLISHED_EACH, KILLED_EACH = 10.0, 60.0
"""Seconds."""
LONG_ENOUGH = 300.0
"""Of a shorter load memory says little: processes have hardly been warmed, and are killed."""

WORDS = [
    "lúa",
    "sông",
    "chợ",
    "nắng",
    "mưa",
    "thuyền",
    "bưởi",
    "đồng",
    "làng",
    "trường",
    "sách",
    "hội",
    "đua",
    "cầu",
    "phố",
    "rừng",
    "biển",
    "núi",
    "gió",
    "mùa",
]
STAMP = re.compile(r"bảng tin chung lần ([0-9]+) của")

EXPECTED = re.compile(r"Z (INFO|WARNING) |was sent SIGKILL")
"""Lines of the log that the load is for."""


def stamped(number: int) -> list[dict[str, str]]:
    """Articles that all say which publication they are of."""
    return [{"id": f"moc-{i}", "text": f"Đây là bảng tin chung lần {number} của phòng {i}."} for i in range(STAMPED)]


def articles() -> list[dict[str, str]]:
    draw = random.Random(5)
    texts = ["\n\n".join(" ".join(draw.choices(WORDS, k=40)) + "." for _ in range(3)) for _ in range(ARTICLES)]
    return [{"id": str(i), "title": " ".join(draw.choices(WORDS, k=6)), "text": text} for i, text in enumerate(texts)]


class _Answers:
    """What answers say of publications."""

    def __init__(self) -> None:
        self.mixed: list[str] = []
        self.of: dict[str, set[str]] = {}
        """Generation -> the publications that answers of it are of."""
        self._lock = threading.Lock()

    def read(self, body: bytes) -> None:
        answer = json.loads(body)
        stamps = set(STAMP.findall(json.dumps(answer["results"], ensure_ascii=False)))
        with self._lock:
            if len(stamps) > 1:
                self.mixed.append(f"{answer['generation']}: {sorted(stamps)}")
            self.of.setdefault(answer["generation"], set()).update(stamps)


@pytest.mark.attack
@pytest.mark.timeout(2_400)
def test_answers_are_of_one_generation_whatever_is_published_and_killed(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    seconds = 60.0 * float(request.config.getoption("--minutes"))
    draw, answers, done = random.Random(3), _Answers(), threading.Event()
    build([*articles(), *stamped(0)], tmp_path / "index")
    published = {}
    kills = 0
    paths = [f"/api/v1/search?q={quote(' '.join(draw.choices(WORDS, k=draw.randint(1, 4))))}" for _ in range(200)]
    paths = [path for each in paths for path in (each, "/api/v1/search?q=bang+tin+chung&per_page=20")]
    # No answer comes from memory: each question is searched.
    with serving(tmp_path / "index", "--workers", "2", rate_limit="0", answer_bytes="0") as server:
        host, port = server.address.removeprefix("http://").split(":")
        address, parent = (host, int(port)), server.process.pid

        def publish() -> None:
            number = 0
            while not done.wait(PUBLISHED_EACH):
                number += 1
                published[add(stamped(number), tmp_path / "index").generation] = str(number)

        def kill() -> None:
            nonlocal kills
            while not done.wait(min(KILLED_EACH, seconds / 4)):
                os.kill(int(draw.choice(_children(parent))), signal.SIGKILL)
                kills += 1

        flat_out(address, paths, Phase("warming", 0, 5.0), clients=4)
        rate = flat_out(address, paths, Phase("finding", 0, 5.0), clients=8)
        beside = [threading.Thread(target=each) for each in (publish, kill)]
        for thread in beside:
            thread.start()
        try:
            over = Phase("twice that", min(2 * rate, LARGEST_RATE), seconds, read=answers.read)
            steady(address, paths, over, lambda: resident(parent))
        finally:
            done.set()
            for thread in beside:
                thread.join()
        # What was killed last has come back.
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and len(_children(parent)) < 2:
            time.sleep(0.1)
        after = steady(address, paths, Phase("afterwards", rate / 4, 5.0), lambda: resident(parent))
        if not set(over.statuses) <= {200, 503, 0}:
            # What the server said of it: the log is gone with the server.
            lines = server.log.read_text("utf-8").splitlines()
            print("\n".join([line for line in lines if not EXPECTED.search(line)][-200:]))
    third = len(over.memory) // 3
    first, last = statistics.median(over.memory[:third]), statistics.median(over.memory[-third:])
    print(
        f"\n{over.rate:.0f} a second for {seconds:.0f} s: {dict(over.statuses)} (0: connection lost), {kills} kills, "
        f"{len(published)} publications, memory {first:.0f} -> {last:.0f} MB; afterwards {dict(after.statuses)}"
    )
    assert set(over.statuses) <= {200, 503, 0}
    # Only what a killed process had accepted is lost.
    assert over.statuses[0] <= kills * CLIENTS
    assert set(after.statuses) == {200}
    assert not answers.mixed
    assert published and kills
    known = {generation: stamps for generation, stamps in answers.of.items() if generation in published and stamps}
    assert known == {generation: {published[generation]} for generation in known}
    assert len(known) >= len(published) - 1
    if seconds >= LONG_ENOUGH:
        assert last <= GROWTH * first


def _children(parent: int) -> list[str]:
    return Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()
