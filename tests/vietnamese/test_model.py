"""Reading pyvi's model without importing pyvi."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.vietnamese import ModelMissing
from indexer.vietnamese.model import load_model

KNOWN_TOKENS = 3581


@pytest.fixture
def forgotten_model() -> Iterator[None]:
    load_model.cache_clear()
    yield
    load_model.cache_clear()


def pyvi_files() -> Path:
    spec = importlib.util.find_spec("pyvi")
    assert spec is not None and spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "models"


@pytest.fixture
def other_pyvi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten_model: None) -> Path:
    """A folder that stands for the installed pyvi, with its true model files to be damaged."""
    models = tmp_path / "pyvi" / "models"
    models.mkdir(parents=True)
    for name in ("pyvi3.pkl", "words.txt"):
        (models / name).write_bytes((pyvi_files() / name).read_bytes())
    spec = importlib.machinery.ModuleSpec("pyvi", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path / "pyvi")]
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    return models


def test_the_model_has_pyvis_weights_and_words() -> None:
    model = load_model()
    # The 6,335 attributes of the model less the twelve that are not of one token.
    assert sum(weight != 0 for weights in model.tokens.values() for weight in weights) == 6323
    assert len(model.tokens) == KNOWN_TOKENS
    assert model.begin_inside > model.begin_begin
    assert model.followers["quốc"]["phòng"][0]
    is_word, thirds = model.followers["công"]["nghiệp"]
    assert is_word
    assert "hoá" in thirds


def test_importing_and_analysing_loads_neither_pyvi_nor_what_it_needs() -> None:
    code = (
        "import sys; import indexer.vietnamese as v; assert v.analyze('quốc phòng').word_forms == ['quốc_phòng'];"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", code], capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    loaded = set(done.stdout.split())
    assert "indexer" in loaded
    assert not loaded & {"pyvi", "sklearn", "scipy", "sklearn_crfsuite", "pycrfsuite"}


def test_a_copy_of_the_files_is_read_like_the_installed_ones(other_pyvi: Path) -> None:
    assert len(load_model().tokens) == KNOWN_TOKENS


def test_without_pyvi_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch, forgotten_model: None) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match=r"pyvi is not installed.*pip install pyvi==0\.1\.1"):
        load_model()


@pytest.mark.parametrize("name", ["pyvi3.pkl", "words.txt"])
def test_a_missing_file_is_named(other_pyvi: Path, name: str) -> None:
    (other_pyvi / name).unlink()
    with pytest.raises(ModelMissing, match=name):
        load_model()


@pytest.mark.parametrize("kept", [0, 10, 2_000, 400_000, 789_000])
def test_a_truncated_model_is_refused(other_pyvi: Path, kept: int) -> None:
    path = other_pyvi / "pyvi3.pkl"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelMissing, match="is not the model of pyvi"):
        load_model()


@pytest.mark.parametrize("wrong", [b"lCRF", b"FEAT", b"CQDB", b"B_W\0", b"word.bi_gram()"])
def test_a_model_with_other_bytes_is_refused(other_pyvi: Path, wrong: bytes) -> None:
    path = other_pyvi / "pyvi3.pkl"
    content = path.read_bytes()
    assert wrong in content
    path.write_bytes(content.replace(wrong, b"x" * len(wrong)))
    with pytest.raises(ModelMissing, match="is not the model of pyvi"):
        load_model()


def test_a_pickle_of_something_else_is_refused(other_pyvi: Path) -> None:
    (other_pyvi / "pyvi3.pkl").write_bytes(pickle.dumps({"modelfile": b"lCRF"}))
    with pytest.raises(ModelMissing, match="is not the model of pyvi"):
        load_model()


def test_a_pickle_that_would_run_code_is_refused_and_runs_nothing(other_pyvi: Path, tmp_path: Path) -> None:
    class Harmful:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (tmp_path / "harm",)

    content = pickle.dumps(Harmful())
    (other_pyvi / "pyvi3.pkl").write_bytes(content)
    with pytest.raises(ModelMissing, match="it refers to"):
        load_model()
    assert not (tmp_path / "harm").exists()


def test_words_in_another_encoding_are_refused(other_pyvi: Path) -> None:
    (other_pyvi / "words.txt").write_bytes("quốc phòng".encode("utf-16"))
    with pytest.raises(ModelMissing, match="cannot be read"):
        load_model()
