"""The loops are compiled without Python's lock, and all of them once the process is warm."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from indexer.engine.whoosh import kernel
from tests.conftest import ROOT


def test_every_loop_lets_other_threads_run() -> None:
    functions = [getattr(kernel, name) for name in kernel.__all__ if not name.isupper()]
    assert len(functions) > 5
    assert all(function.targetoptions["nogil"] for function in functions)


def test_once_warm_no_question_waits_for_the_compiler(tmp_path: Path) -> None:
    """In a process of its own, as others of this one compile too."""
    done = subprocess.run(
        [sys.executable, "-c", ONCE_WARM, str(tmp_path)], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stderr
    functions, compiled_later = done.stdout.split(maxsplit=1)
    assert int(functions) > 15
    assert compiled_later.strip() == "[]"


ONCE_WARM = """
import sys
from pathlib import Path
from types import ModuleType
from indexer.engine.base import EngineRequest
from indexer.engine.whoosh import kernel
from indexer.loops import warm
from indexer.schema import Field
from indexer.engine.query import All, Any, Everything, Phrase, Prefix, Prefer, Term
from tests.contract.corpora import Commit, document
from tests.engine.whoosh.folders import build

def compiled():
    modules = [module for module in vars(kernel).values() if isinstance(module, ModuleType)]
    found = {(m.__name__, name): each for m in modules for name, each in vars(m).items() if hasattr(each, "signatures")}
    return {name: len(each.signatures) for name, each in found.items()}

texts = ["a b c", "b a", "a " * 300, *["a b"] * 300, *["c a d"] * 40]
articles = tuple((document(text, f"x{i}", title="a t"),) for i, text in enumerate(texts))
later = Commit(add=((document("a b c", "y"),),))
engine = build(Path(sys.argv[1]) / "index", [Commit(add=articles), Commit(delete=("x9",)), later])
warm()
before = compiled()
S, U, T = Field.SYLLABLES, Field.UNMARKED, Field.TITLE
leaves = [Term(S, "a"), Term(S, "b", 0.5), Term(U, "c"), Term(T, "a"), Term(S, "none"), Phrase(S, ("a", "b")),
          Phrase(S, ("a", "b", "c")), Phrase(U, ("a", "b")), Prefix(S, "a")]
for node in [*leaves, Any(tuple(leaves)), Any((Any(tuple(leaves)), leaves[1]), 2),
             All(tuple(leaves[:2])), Prefer(Any(tuple(leaves), 2), Any((leaves[3],)))]:
    for per_article in (None, 2):
        for limit in (0, 10, 300):
            for sort in ("relevance", "fresh", "date"):
                for seconds in (None, 100.0):
                    engine.search(EngineRequest(node, 0, limit, per_article, sort, ("kind", "source"), seconds=seconds))
print(len(before), [name for name, count in compiled().items() if count > before.get(name, 0)])
"""
