"""Keys: one form for what people spell in several ways, a date, a number with its unit, a code, a word with a hyphen.

What a reader of queries must know
    `keyed(text)` finds the stretches of a text that have another spelling, with the keys of each (`Keyed`), in order.
    The tokens of the text stay as they are: keys stand beside them, in a field of their own (`Field.KEYS`), where
    every paragraph has all keys of its text (`keys_of`), in no order that counts. So a stretch of a query is met by
    what stands side by side, as ever, or by `Term(Field.KEYS, key)` for one of its `keys`: one term, whose document
    frequency is exact, and which is planned like that of a syllable. Where `signs` is true, the tokens say less than
    what was typed (`12,5%`), and only the key is what was asked for.
    A key of nothing but letters or nothing but digits may be a token by itself where nothing parts it (`wifi`,
    `25000`): it is met by the unmarked syllable of the same form too.

Everything is found from digits, hyphens, apostrophes and capitals outwards, by patterns whose length is bounded: the
time is linear in the length of the text. Texts are compared in small letters without diacritics.
"""

from .found import Keyed
from .places import plain
from .scanning import keyed, keys_of, keys_of_all

__all__ = ["Keyed", "keyed", "keys_of", "keys_of_all", "plain"]
