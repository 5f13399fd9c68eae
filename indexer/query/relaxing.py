"""A relaxed query for questions with a quotation that find nothing.

People quote names and titles inside a question (`Ai viết "Truyện Kiều"?`). When no passage has the quotation letter for
letter, its words may still lead to the answer. A query that is nothing but a phrase is left alone: whoever asks only
for the letters wants the letters.
"""

from __future__ import annotations

from dataclasses import replace

from indexer.query.clauses import Clause, PhraseClause, Word, WordsClause
from indexer.query.parse import Parsed
from indexer.results import QueryWarning


def without_quotes(parsed: Parsed) -> Parsed | None:
    """The query with its phrases read as plain words and a warning that says so; None without phrase or plain words."""
    phrases = [clause for clause in parsed.clauses if isinstance(clause, PhraseClause)]
    if not phrases or not any(isinstance(clause, WordsClause) for clause in parsed.clauses):
        return None
    subject = " ".join(f'"{phrase.text}"' for phrase in phrases)
    warning = QueryWarning(
        "phrase_not_found",
        subject,
        f"No passage has exactly {subject} and the rest of the query; the quoted words were searched one by one.",
    )
    return replace(
        parsed,
        clauses=tuple(_as_words(clause) for clause in parsed.clauses),
        warnings=(*parsed.warnings, warning),
    )


def _as_words(clause: Clause) -> Clause:
    if not isinstance(clause, PhraseClause):
        return clause
    words = tuple(Word(text, clause.start, clause.end) for text in clause.text.split())
    return WordsClause(words, clause.start, clause.end)
