"""Every regular expression of the project, and how the code uses it: found in the modules and their source."""

from __future__ import annotations

import ast
import functools
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import indexer
import webapp
from indexer.articles import bylines, captions
from indexer.query import field_names
from indexer.schema import Schema
from indexer.vietnamese import analysis, unicode
from indexer.vietnamese.keys import codes, documents, numerals, quantities

USES = ("search", "match", "fullmatch", "findall", "finditer", "split", "sub")

MADE_LATER: dict[str, Callable[[], list[re.Pattern[str]]]] = {
    "indexer.query.field_names": lambda: [field_names._name(Schema()), *field_names._kinds()],
    "indexer.vietnamese.analysis": lambda: [analysis._marked_token()],
    "indexer.vietnamese.keys.codes": lambda: [re.compile(codes._B)],
    "indexer.vietnamese.keys.documents": lambda: [re.compile(documents._B)],
    "indexer.vietnamese.keys.numerals": lambda: [re.compile(numerals._B)],
    "indexer.vietnamese.keys.quantities": lambda: [quantities._unit(), re.compile(quantities._B)],
    "indexer.vietnamese.unicode": lambda: [
        unicode._clusters(unicode._IGNORABLE, False),
        unicode._clusters(unicode._IGNORABLE, True),
        unicode.normalize._suspect,
        unicode.normalize._ignored,
    ],
}
"""What makes the patterns that are compiled inside of functions, by module."""

PUT_TOGETHER = {
    "webapp.pages.wording": [r"""(?<![^\s(])(?:-(?=\S)|(?:title|after|before|source):)(?:"[^"]*"|\S)*"""],
}
"""Patterns written as f-strings inside of functions, by module, as they come out."""

TEXTS_OF_THE_PROJECT = (
    "webapp.pages.documentation",
    "indexer.passages.characters",
    "indexer.engine.opensearch.backend",
)
"""Modules whose patterns made inside of functions read texts of the project itself, or names of its own."""

LONGEST = {
    "indexer.articles.bylines": bylines._LONGEST,
    "indexer.articles.captions": captions._LONGEST,
    "indexer.cli.operating": 1_000,
}
"""Modules that look at no text longer than this: it is checked before."""


def modules() -> Iterator[ModuleType]:
    """Every module of the project."""
    for package in (indexer, webapp):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


@functools.cache
def patterns() -> tuple[tuple[str, Callable[[str], object]], ...]:
    """The name of each pattern, and what uses it on a text as the code does."""
    return tuple(_found())


def _found() -> Iterator[tuple[str, Callable[[str], object]]]:
    for module in modules():
        tree = _tree(module)
        held = list(_compiled(module))
        used = _uses(tree) if held else {}
        for name, pattern in held:
            methods = used.get(name, set()) or set(USES)
            yield f"{module.__name__}.{name}", _user(pattern, methods)
        for at, (method, text) in enumerate(_literals(tree)):
            yield f"{module.__name__}: re.{method} {at}", _user(re.compile(text), {method})
        later = MADE_LATER[module.__name__]() if module.__name__ in MADE_LATER else []
        for at, pattern in enumerate([*later, *map(re.compile, PUT_TOGETHER.get(module.__name__, ()))]):
            yield f"{module.__name__}: made later {at}", _user(pattern, {"finditer", "match"})


def unlisted() -> list[str]:
    """The modules that compile a pattern inside of a function, and are in no list here."""
    known = {*MADE_LATER, *PUT_TOGETHER, *TEXTS_OF_THE_PROJECT}
    return [
        module.__name__ for module in modules() if module.__name__ not in known and _made_in_functions(_tree(module))
    ]


def _tree(module: ModuleType) -> ast.Module:
    """The source of a module; nothing where it neither holds a pattern nor names `re`, which saves reading most."""
    source = Path(module.__file__ or "").read_text("utf-8")
    return ast.parse(source if "re." in source or any(_compiled(module)) else "")


def _compiled(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any]]]:
    scopes = [module, *(each for each in vars(module).values() if isinstance(each, type))]
    for scope in scopes:
        if scope is module or scope.__module__ == module.__name__:
            for name, value in vars(scope).items():
                if isinstance(value, re.Pattern):
                    yield name, value


def _uses(tree: ast.AST) -> dict[str, set[str]]:
    """The methods that are called of each name; what is handed on is taken for every use."""
    called: dict[str, set[str]] = {}
    bases: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in USES:
            bases.add(id(node.value))
            called.setdefault(_last_name(node.value), set()).add(node.attr)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Load) and id(node) not in bases:
            called.setdefault(_last_name(node), set()).update(USES)
    return called


def _last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls of functions of `re` with a pattern."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and _last_name(node.func.value) == "re"
            and node.func.attr in (*USES, "compile")
        ):
            yield node


def _literals(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The function and the pattern of each call of `re` with a pattern that stands there."""
    for call in _calls(tree):
        assert isinstance(call.func, ast.Attribute)
        first = call.args[0]
        if call.func.attr != "compile" and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield call.func.attr, first.value


def _made_in_functions(tree: ast.Module) -> bool:
    """Whether a function makes a pattern that does not stand there as it is."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for call in _calls(function):
                assert isinstance(call.func, ast.Attribute)
                if call.func.attr == "compile" or not isinstance(call.args[0], ast.Constant):
                    return True
    return False


def _user(pattern: re.Pattern[Any], methods: set[str]) -> Callable[[str], object]:
    """What asks a pattern what the code asks, of the whole text."""

    def use(text: str) -> None:
        given = text.encode("utf-8", "surrogatepass") if isinstance(pattern.pattern, bytes) else text
        for method in sorted(methods):
            if method == "sub":
                pattern.sub(given[:0], given)
            elif method == "finditer":
                sum(1 for _ in pattern.finditer(given))
            else:
                getattr(pattern, method)(given)

    return use
