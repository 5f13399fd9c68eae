"""Small changes of Python source, each of which some test should notice.

A mutant replaces one place of a file: an operator, a number, a condition, a statement. Strings, docstrings, decorators,
annotations and imports are left alone: what they say is read by people and type checkers, not by tests.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

OPERATORS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "/"),
    ast.Div: ("/", "*"),
    ast.FloorDiv: ("//", "/"),
    ast.Mod: ("%", "*"),
    ast.Pow: ("**", "*"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.And: ("and", "or"),
    ast.Or: ("or", "and"),
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file with one place changed; `start` and `end` are offsets in its bytes."""

    path: str
    start: int
    end: int
    replacement: bytes

    def apply(self, source: bytes) -> bytes:
        """The source with the change made."""
        return source[: self.start] + self.replacement + source[self.end :]

    def lines(self, source: bytes) -> tuple[str, str]:
        """The changed line or lines, before and after."""
        first = source.rfind(b"\n", 0, self.start) + 1
        last = source.find(b"\n", self.end)
        before, changed = source[first:last], self.apply(source)
        after = changed[first : last + len(changed) - len(source)]
        return " ".join(before.decode().split()), " ".join(after.decode().split())


def mutants(path: str, source: bytes) -> list[Mutant]:
    """Every mutant of a file, in the order of its places."""
    tree = ast.parse(source)
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def begin(node: ast.expr | ast.stmt) -> int:
        return starts[node.lineno - 1] + node.col_offset

    def end(node: ast.expr | ast.stmt) -> int:
        assert node.end_lineno is not None and node.end_col_offset is not None
        return starts[node.end_lineno - 1] + node.end_col_offset

    def between(left: ast.expr, operator: ast.AST, right: ast.expr) -> Iterator[tuple[int, int, bytes]]:
        if type(operator) in OPERATORS:
            old, new = OPERATORS[type(operator)]
            gap = source[end(left) : begin(right)]
            if found := re.search(re.escape(old.encode()), gap):
                yield end(left) + found.start(), end(left) + found.end(), new.encode()

    def whole(node: ast.expr | ast.stmt, new: str) -> Iterator[tuple[int, int, bytes]]:
        yield begin(node), end(node), new.encode()

    def negated(test: ast.expr) -> Iterator[tuple[int, int, bytes]]:
        if not (isinstance(test, ast.Compare) and len(test.ops) == 1) and not isinstance(test, ast.UnaryOp):
            yield begin(test), end(test), b"(not (" + source[begin(test) : end(test)] + b"))"

    def changes(node: ast.AST) -> Iterator[tuple[int, int, bytes]]:
        match node:
            case ast.Compare(left, ops, comparators):
                for one, operator, other in zip([left, *comparators], ops, comparators, strict=False):
                    yield from between(one, operator, other)
            case ast.BinOp(left, op, right):
                yield from between(left, op, right)
            case ast.BoolOp(op, values):
                for one, other in pairwise(values):
                    yield from between(one, op, other)
            case ast.UnaryOp(ast.Not() | ast.USub(), operand):
                yield begin(node), end(node), b"(" + source[begin(operand) : end(operand)] + b")"
            case ast.Constant(bool(value)):
                yield from whole(node, str(not value))
            case ast.Constant(int(value)):
                yield from whole(node, str(value + 1))
            case ast.Constant(float(value)):
                yield from whole(node, repr(value * 2 or 1.0))
            case ast.Expr(ast.Call()) | ast.Raise() | ast.AugAssign():
                yield from whole(node, "pass")
            case ast.Return(ast.expr()) if not (isinstance(node.value, ast.Constant) and node.value.value is None):
                yield from whole(node, "return None")
            case ast.Break():
                yield from whole(node, "continue")
            case ast.Continue():
                yield from whole(node, "break")
            case ast.If(test) | ast.While(test) | ast.IfExp(test):
                yield from negated(test)
            case ast.comprehension(ifs=ifs):
                for test in ifs:
                    yield from whole(test, "True")
            case ast.Call(ast.Name(name) as function) if name in NAMES:
                yield from whole(function, NAMES[name])

    found = {Mutant(path, *change) for node in _executed(tree) for change in changes(node)}
    return sorted(found, key=lambda each: (each.start, each.end, each.replacement))


def _executed(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes whose value a test could notice."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.Import | ast.ImportFrom) or not isinstance(child, ast.AST):
                continue
            if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                continue
            yield child
            yield from _executed(child)
