"""Which tokens of texts are highlighted, by the rules of `highlight`, and the spans that they make.

Texts stand side by side as `codes[bounds[t]:bounds[t + 1]]`, and so do their tokens: those of text t are the columns
`at[t]` to `at[t + 1]`, rows START, END and FORM. A form is the number of one that may match a slot, or -1 between
tokens that are no neighbours. Texts `groups[g]` to `groups[g + 1]` belong together.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.loops import loop, on_warm
from indexer.passages import chunks
from indexer.passages.characters import kinds
from indexer.passages.chunks import ChunkFinder
from indexer.passages.sentences import ends_between

START, END, FORM = range(3)
HIGHLIGHTED, JOINED = 1, 2
"""A token is highlighted; it is so together with the one before."""


class Forms(NamedTuple):
    """What is known of each form: the slots that it matches, in `slots[at[f]:at[f + 1]]`; whether it is a function
    word, whether it matches a target of one token; and the tokens of phrases that it matches, a column each."""

    at: NDArray[np.int32]
    slots: NDArray[np.int32]
    function: NDArray[np.bool_]
    alone: NDArray[np.bool_]
    phrases: NDArray[np.bool_]


class Slots(NamedTuple):
    """What is known of each slot: how many tokens its target has, whether it is a whole word of the query, whether it
    is matched without diacritics, the number of its form (-1: no text has it), and whether lone tokens that match it
    are to be judged by their text."""

    sizes: NDArray[np.int32]
    single: NDArray[np.bool_]
    unmarked: NDArray[np.bool_]
    forms: NDArray[np.int32]
    judged: NDArray[np.bool_]


@loop
def tokens(rows: Any, texts: Any, parts_at: Any, parts: Any) -> Any:
    """The tokens of texts, and where those of each text start.

    `rows` are those of `chunks.find`; `parts[parts_at[n]:parts_at[n + 1]]` are the tokens of chunks of number n, a row
    each, which count from the start of the chunk.
    """
    size = 0
    for row in range(rows.shape[1]):
        number = rows[chunks.NUMBER, row]
        size += 1 + parts_at[number + 1] - parts_at[number]
    found = np.empty((3, size), np.int64)
    at = np.empty(texts + 1, np.int64)
    count = row = 0
    for text in range(texts):
        at[text] = count
        while row < rows.shape[1] and rows[chunks.TEXT, row] == text:
            start, number = rows[chunks.START, row], rows[chunks.NUMBER, row]
            apart = rows[chunks.SEPARATED, row] != 0
            for part in range(parts_at[number], parts_at[number + 1]):
                form = parts[part, FORM]
                if form < 0:
                    apart = True
                    continue
                if apart and count > at[text]:
                    found[START, count] = found[END, count] = found[FORM, count] = -1
                    count += 1
                apart = False
                found[START, count], found[END, count] = start + parts[part, START], start + parts[part, END]
                found[FORM, count] = form
                count += 1
            # What parts it from the next one stays to be noted.
            if apart and count > at[text] and found[FORM, count - 1] >= 0:
                found[START, count] = found[END, count] = found[FORM, count] = -1
                count += 1
            row += 1
    at[texts] = count
    # A part of an array is of another type than a whole one, and may be either: what takes it would be compiled twice.
    return found[:, :count].copy(), at


@loop
def _highlight(highlighted: Any, first: Any, length: Any) -> None:
    """Highlight a run of tokens."""
    for token in range(first, first + length):
        highlighted[token] |= HIGHLIGHTED if token == first else HIGHLIGHTED | JOINED


@loop
def _highlight_phrases(tokens: Any, first: Any, last: Any, forms: Any, phrases: Any, highlighted: Any) -> None:
    """Highlight where the whole of a phrase stands; the tokens of phrase p are the columns `phrases[p:p + 2]` bound."""
    for phrase in range(len(phrases) - 1):
        start, size = phrases[phrase], phrases[phrase + 1] - phrases[phrase]
        for token in range(first, last - size + 1):
            whole = True
            for place in range(size):
                form = tokens[FORM, token + place]
                if form < 0 or not forms.phrases[form, start + place]:
                    whole = False
                    break
            if whole:
                _highlight(highlighted, token, size)


@loop
def highlight(tokens: Any, at: Any, groups: Any, forms: Any, slots: Any, phrases: Any) -> Any:
    """Highlight by rules 1 and 2, as far as forms tell.

    Returns (highlighted, open, runs): of each token whether it is highlighted; the lone ones that are to be if their
    text says so (text, token and slot, a column each); and of each token in how long a run it may stand, two standing
    for all that are longer.
    """
    highlighted, runs = np.zeros(tokens.shape[1], np.uint8), np.zeros(tokens.shape[1], np.uint8)
    size = len(slots.sizes)
    lengths = np.zeros((2, size + 1), np.int32)
    running = np.empty((2, size + 1), np.int32)
    in_runs = np.zeros(size + 1, np.bool_)
    opened = np.empty((3, 16), np.int32)
    count = 0
    for group in range(len(groups) - 1):
        for slot in range(size):
            in_runs[slot] = False
        before = count
        for text in range(groups[group], groups[group + 1]):
            first, last = at[text], at[text + 1]
            for token in range(first, last):
                if tokens[FORM, token] >= 0 and forms.alone[tokens[FORM, token]]:
                    highlighted[token] |= HIGHLIGHTED
            _highlight_phrases(tokens, first, last, forms, phrases, highlighted)
            now = many = 0
            for token in range(first, last + 1):
                then, now = now, 1 - now
                few = many
                many = 0
                form = tokens[FORM, token] if token < last else -1
                if form >= 0:
                    for place in range(forms.at[form], forms.at[form + 1]):
                        slot = forms.slots[place]
                        length = (lengths[then, slot - 1] if slot else 0) + 1
                        lengths[now, slot] = length
                        running[now, many] = slot
                        many += 1
                        runs[token] = max(runs[token], min(length, 2))
                for place in range(few):
                    slot = running[then, place]
                    if lengths[now, slot + 1] == 0:
                        length = lengths[then, slot]
                        run, start = token - length, slot - length + 1
                        # Function words at the edges are left off, unless it is all that was asked.
                        if length < slots.sizes[start]:
                            while length and slots.single[start] and forms.function[tokens[FORM, run]]:
                                run, start, length = run + 1, start + 1, length - 1
                            while (
                                length
                                and slots.single[start + length - 1]
                                and forms.function[tokens[FORM, run + length - 1]]
                            ):
                                length -= 1
                        if length > 1 or length == slots.sizes[start]:
                            for each in range(start, start + length):
                                in_runs[each] = True
                            _highlight(highlighted, run, length)
                        elif length == 1 and slots.single[start]:
                            if not slots.unmarked[start] and tokens[FORM, run] != slots.forms[start]:
                                pass
                            elif slots.judged[start]:
                                if count == opened.shape[1]:
                                    opened = chunks.resized(opened, 2 * count, count)
                                opened[0, count], opened[1, count], opened[2, count] = text, run, start
                                count += 1
                            else:
                                _highlight(highlighted, run, length)
                for place in range(few):
                    lengths[then, running[then, place]] = 0
        after, count = count, before
        for place in range(before, after):
            if not (slots.unmarked[opened[2, place]] and in_runs[opened[2, place]]):
                for row in range(3):
                    opened[row, count] = opened[row, place]
                count += 1
    return highlighted, chunks.resized(opened, count, count), runs


@loop
def _highlight_anything(tokens: Any, first: Any, last: Any, forms: Any, runs: Any, highlighted: Any) -> None:
    """Highlight by rule 3: what is no function word or, where there is nothing else, anything."""
    has_content = False
    for token in range(first, last):
        if runs[token] and not forms.function[tokens[FORM, token]]:
            has_content = True
            highlighted[token] |= HIGHLIGHTED
    if not has_content:
        for token in range(first, last):
            if runs[token]:
                highlighted[token] |= HIGHLIGHTED if runs[token] == 1 else HIGHLIGHTED | JOINED


@loop
def _any(highlighted: Any, first: Any, last: Any) -> Any:
    found = False
    for token in range(first, last):
        found |= highlighted[token] != 0
    return found


@loop
def spans(
    codes: Any,
    bounds: Any,
    tokens: Any,
    at: Any,
    groups: Any,
    forms: Any,
    runs: Any,
    highlighted: Any,
    kinds: Any,
) -> Any:
    """The spans of what is highlighted (or else may be, by rule 3): rows of text, start and end in that text."""
    for group in range(len(groups) - 1):
        if not _any(highlighted, at[groups[group]], at[groups[group + 1]]):
            for text in range(groups[group], groups[group + 1]):
                _highlight_anything(tokens, at[text], at[text + 1], forms, runs, highlighted)
    found = np.empty((tokens.shape[1], 3), np.int64)
    count = 0
    for text in range(len(bounds) - 1):
        base, stop = bounds[text], bounds[text + 1]
        start = end = -1
        for token in range(at[text], at[text + 1]):
            if not highlighted[token]:
                continue
            if (
                start >= 0
                and highlighted[token] & JOINED
                and not ends_between(codes, base, end, tokens[START, token], stop, kinds)
            ):
                end = tokens[END, token]
                continue
            if start >= 0:
                found[count, 0], found[count, 1], found[count, 2] = text, start - base, end - base
                count += 1
            start, end = tokens[START, token], tokens[END, token]
        if start >= 0:
            found[count, 0], found[count, 1], found[count, 2] = text, start - base, end - base
            count += 1
    return found[:count]


@on_warm
def _compile() -> None:
    codes, bounds, rows, different = ChunkFinder(["b"]).candidates(["a b"])
    none, one, groups = np.zeros(1, np.bool_), np.zeros(1, np.int32), np.arange(2)
    parts = np.zeros((len(different), 3), np.int64)
    found, at = tokens(rows, 1, np.arange(len(different) + 1), parts)
    forms = Forms(np.array([0, 1], np.int32), one, none, none, np.zeros((1, 0), np.bool_))
    slots = Slots(np.ones(1, np.int32), none, none, one, none)
    highlighted, _, runs = highlight(found, at, groups, forms, slots, np.zeros(1, np.int64))
    spans(codes, bounds, found, at, groups, forms, runs, highlighted, kinds(codes))
