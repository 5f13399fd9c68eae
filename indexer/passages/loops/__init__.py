"""Compiled loops over the texts of passages: where sentences start, what chunks hold, what is marked, what is shown.

    characters    texts as code points, and what kind of character each of them is
    sentences     where sentences and clauses start
    chunks        the chunks of texts that may hold what is looked for
    worth         what the best sentence of each text is worth
    marks         which tokens are marked, and the spans that they make
    window        which part of a text is shown

Each does what the module of `indexer` that calls it says in plain Python, which is the oracle of the tests; most take
the texts of a page together, for a call costs as much as a sentence. Only `indexer.passages.compiled` imports this
package: importing numba and compiling take seconds the first time on a machine.
"""

from __future__ import annotations

from indexer.passages.loops import characters, chunks, marks, sentences, window, worth

__all__ = ["characters", "chunks", "compile_all", "marks", "sentences", "window", "worth"]


def compile_all() -> None:
    """Call everything once, as it will be called: that compiles it, or loads what was compiled before."""
    for module in (sentences, chunks, worth, marks, window):
        module.compile_all()
