"""What was withdrawn for good is in no file of the index and stays out, whichever way it would come back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from indexer import IndexMissing, Settings, add, build, open_index, remove, rollback, upgrade
from indexer.articles.signatures import BYTES, NEARLY_THE_SAME, likeness, signature, stacked
from indexer.cli.main import main
from indexer.errors import IndexDamaged, NothingToPublish
from indexer.indexing.draining import drain
from indexer.indexing.ingesting import ingest
from indexer.indexing.withdrawing import take_back, withdraw
from indexer.ingest.queue import INDEXED, PURGE, REJECTED, Queue, Submitted
from indexer.ingest.submitting import of_record
from indexer.setting_values import DeclaredSource
from indexer.storage.withdrawn import FILE, Withdrawn

STORY = (
    "Ông Kpă Hđruế, 54 tuổi, ở làng Kép, cho biết chiều hôm ấy ông đang hái cà phê thì nghe tiếng nổ lớn ở phía con "
    "suối. Khi chạy ra, ông thấy một chiếc xe tải nằm nghiêng bên vệ đường, hàng hóa đổ đầy mặt đất. Ông cùng mấy "
    "người hàng xóm đưa tài xế ra khỏi xe và gọi cấp cứu. Đến tối, con đường mới thông trở lại."
)
WIRE = STORY.replace("hàng hóa đổ đầy mặt đất", "hàng hóa đổ đầy ra đất").replace("54 tuổi, ", "")
SECRET = {"id": "bi-rut", "title": "Chuyện làng Kép", "text": STORY}
COPY = {"id": "bao-khac", "title": "Tai nạn ở làng Kép", "text": WIRE}
OTHER = {"id": "khac", "title": "Làng", "text": "Làng Kép vào mùa hái cà phê, đường thông thoáng trở lại."}


@pytest.fixture
def index(tmp_path: Path) -> Path:
    build([SECRET, OTHER], tmp_path / "index")
    return tmp_path / "index"


def ids(index: Path) -> list[str]:
    with open_index(index) as opened:
        return sorted(info.id for info in opened.articles())


def held(index: Path) -> list[str]:
    """The files of the index that hold a name of the secret story."""
    words = [word.encode() for word in ("hđruế", "Hđruế")]
    return [
        path.name for path in index.rglob("*") if path.is_file() and any(word in path.read_bytes() for word in words)
    ]


def run(index: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--index", str(index)])


def test_it_leaves_every_file_with_what_is_nearly_the_same_and_stays_out(index: Path) -> None:
    add([COPY], index)
    done = withdraw({"bi-rut": "theo yêu cầu của ông K."}, index)
    assert (done.alike, done.report.removed, done.report.paragraphs) == (("bao-khac",), 2, 4)
    assert (ids(index), held(index)) == (["khac"], [])
    with pytest.raises(IndexMissing, match="no earlier generation"):
        rollback(index)
    with pytest.raises(NothingToPublish, match=r"bi-rut: was withdrawn for good on .* \(theo yêu cầu của ông K\.\)"):
        add([{**SECRET, "text": "Chuyện hoàn toàn khác."}], index)
    with pytest.raises(NothingToPublish, match="bao-khac: has nearly the same text as 'bi-rut', which was withdrawn"):
        add([COPY], index)
    report = build([SECRET, COPY, OTHER], index)
    assert (ids(index), report.rejected) == (["khac"], 2)
    assert upgrade(index).rejected == 0
    assert ids(index) == ["khac"]


def test_what_only_the_generation_before_has_is_gone_too(index: Path) -> None:
    remove(["bi-rut"], index)
    assert held(index)
    done = withdraw({"bi-rut": "sai sự thật"}, index)
    assert (done.report.removed, held(index), ids(index)) == (0, [], ["khac"])
    with pytest.raises(NothingToPublish, match="nearly the same"):
        add([COPY], index)


def test_an_id_that_nothing_has_stays_out_and_without_an_index_too(tmp_path: Path) -> None:
    withdraw({"chưa có": "không đăng"}, tmp_path / "index")
    report = build([{"id": "chưa có", "text": "Bưởi"}, OTHER], tmp_path / "index")
    assert (report.rejected, ids(tmp_path / "index")) == (1, ["khac"])


def test_what_is_taken_back_may_come_again(index: Path) -> None:
    withdraw({"bi-rut": "nhầm", "khac": "nhầm"}, index)
    assert ids(index) == []
    assert take_back(["bi-rut", "không rút"], index) == ["không rút"]
    add([SECRET, COPY], index)
    assert ids(index) == ["bao-khac", "bi-rut"]
    assert [each.id for each in Withdrawn.read(index).articles] == ["khac"]


def test_a_source_gives_it_no_more_until_it_is_taken_back(tmp_path: Path) -> None:
    folder = tmp_path / "tin"
    folder.mkdir()
    for record in (SECRET, COPY, OTHER):
        (folder / f"{record['id']}.jsonl").write_text(json.dumps(record), "utf-8")
    settings = Settings(index=tmp_path / "index", sources=(DeclaredSource("tin", folder, settle_seconds=0.0),))
    ingest(settings)
    withdraw({"bi-rut": "sai"}, settings.index, settings=settings)
    for _ in range(2):
        done = ingest(settings, again=True)
        assert (done.report.rejected, ids(settings.index)) == (2, ["khac"])
    assert ingest(settings).sources[0].read == 0
    take_back(["bi-rut"], settings.index, settings=settings)
    assert ingest(settings).sources[0].read == 2
    assert ids(settings.index) == ["bao-khac", "bi-rut", "khac"]


def test_over_http_it_is_withdrawn_and_stays_out(index: Path) -> None:
    settings, queue = Settings(index=index), Queue(index)

    def accept(*items: Submitted) -> int:
        return queue.accept(items, "anna", most_items=100, most_bytes=1 << 20)

    numbers = [
        accept(of_record({"id": "new", "text": "Bưởi"})),
        accept(Submitted(PURGE, "bi-rut", extra={"reason": "sai"})),
        accept(of_record(SECRET), of_record(COPY), of_record({"id": "tot", "text": "Cam"})),
    ]
    while drain(settings, queue) is not None:
        pass
    states = [[item.outcome.state for item in change.items] for change in map(queue.change, numbers) if change]
    assert states == [[INDEXED], [INDEXED], [REJECTED, REJECTED, INDEXED]]
    assert ids(index) == ["khac", "new", "tot"]
    add([OTHER], index)  # The generation before is none that holds it.
    assert held(index) == []
    assert [each.reason for each in Withdrawn.read(index).articles] == ["sai"]
    queue.close()


def test_a_backup_is_restored_without_it(index: Path, tmp_path: Path) -> None:
    assert run(index, "backup", str(tmp_path / "copy")).exit_code == 0
    assert run(index, "remove", "bi-rut", "--for-good", "--reason", "sai", "--jobs", "1").exit_code == 0
    restored = run(index, "restore", str(tmp_path / "copy"))
    assert restored.exit_code == 0, restored.output
    assert "bi-rut was withdrawn for good" in restored.output
    assert (ids(index), held(index)) == (["khac"], [])
    assert held(tmp_path / "copy"), "the backup is as it was"
    assert list(index.glob(".restoring-*")) == []
    # The list of what was withdrawn goes along.
    assert run(index, "backup", str(tmp_path / "second")).exit_code == 0
    assert [each.id for each in Withdrawn.read(tmp_path / "second").articles] == ["bi-rut"]
    assert run(index, "restore", str(tmp_path / "second")).output.count("withdrawn") == 0


def test_the_commands_ask_for_a_reason_and_list_what_was_withdrawn(index: Path) -> None:
    add([COPY], index)
    refused = run(index, "remove", "bi-rut", "--for-good")
    assert (refused.exit_code, "needs a --reason" in refused.output) == (2, True)
    done = run(index, "remove", "bi-rut", "--for-good", "--reason", "theo yêu cầu", "--jobs", "1")
    assert done.exit_code == 0, done.output
    assert "bao-khac has nearly the same text" in done.output
    assert "1 id withdrawn for good" in done.output
    listed = run(index, "withdrawn").output
    assert "bi-rut" in listed and "theo yêu cầu" in listed
    (entry,) = json.loads(run(index, "withdrawn", "--format", "json").output)
    assert (entry["id"], entry["reason"]) == ("bi-rut", "theo yêu cầu")
    assert run(index, "withdrawn", "--take-back", "x").exit_code == 1
    assert run(index, "withdrawn", "--take-back", "bi-rut").exit_code == 0
    assert json.loads(run(index, "withdrawn", "--format", "json").output) == []


def test_a_list_that_cannot_be_read_lets_nothing_in(index: Path) -> None:
    (index / FILE).write_text("{broken")
    with pytest.raises(IndexDamaged, match=FILE):
        add([OTHER], index)


def test_likeness_is_that_of_the_runs_of_syllables() -> None:
    def like(one: str, other: str) -> float:
        return float(likeness(signature([one]), stacked([signature([other])]))[0])

    assert like(STORY, STORY.upper().replace(",", " –")) == 1.0
    assert like(STORY, WIRE) >= NEARLY_THE_SAME
    halves = STORY[: len(STORY) // 2]
    assert 0.25 < like(STORY, halves) < 0.75
    assert like(STORY, " ".join(STORY.split()[::-1])) < 0.1
    # Short texts are the same or not.
    assert like("Mùa bưởi Phúc Trạch", "mùa bưởi, Phúc Trạch") == 1.0
    assert like("Mùa bưởi Phúc Trạch", "Mùa bưởi Phúc Trạch này") < 0.1


def test_a_signature_is_the_same_on_every_machine() -> None:
    assert signature(["Mùa bưởi Phúc Trạch"])[:4].hex() == "e055b28b"
    assert (signature([STORY])[:4].hex(), signature([STORY])[BYTES:].hex()) == ("df30dd5b", "daaa")
