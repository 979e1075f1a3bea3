"""Mutants: code with one condition dropped or turned round, as somebody might by mistake, in Python or in its SQL.

Most of what decides about a second factor stands in SQL, which mutmut and cosmic-ray leave alone, being text.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Mutant:
    """The file `path` with `before`, which begins at `start`, replaced."""

    path: str
    start: int
    before: str
    after: str
    line: str
    """Where it is, as it reads with the mutant; without its number, which every change above would move."""

    def __str__(self) -> str:
        return f"{self.path}: {self.line}"

    def apply(self, source: str) -> str:
        """The whole file."""
        return source[: self.start] + self.after + source[self.start + len(self.before) :]


def of(path: str, source: str) -> list[Mutant]:
    """All mutants of the file `path`, which contains `source`."""
    tree = ast.parse(source)
    return list(dict.fromkeys(_mutant(path, source, *found) for found in (*_python(source, tree), *_sql(source, tree))))


def _mutant(path: str, source: str, start: int, before: str, after: str) -> Mutant:
    begin, end = source.rfind("\n", 0, start) + 1, start + len(before)
    rest = source[end:].partition("\n")[0]
    line = f"{source[begin:start]}{after}{rest}" if after != "pass" else f"pass, not {before}"
    return Mutant(path, start, before, after, " ".join(line.split()))


# --- Python

NEIGHBOURS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip


def _variants(node: ast.AST) -> Iterator[str]:
    """What could stand in place of `node` by mistake."""
    match node:
        case ast.Compare():
            yield from _comparisons(node)
        case ast.BoolOp(op, values):
            for at in range(len(values)):
                rest = [*values[:at], *values[at + 1 :]]
                yield f"({ast.unparse(ast.BoolOp(op, rest) if len(rest) > 1 else rest[0])})"
        case ast.UnaryOp(ast.Not(), operand):
            yield f"({ast.unparse(operand)})"
        case ast.BinOp(left, ast.Add() | ast.Sub() as op, right):
            yield f"({ast.unparse(ast.BinOp(left, ast.Add() if isinstance(op, ast.Sub) else ast.Sub(), right))})"
        case ast.Constant(bool() | int() as value):
            yield str(not value if isinstance(value, bool) else value + 1)
        case ast.stmt() if _does_something(node):
            yield "pass"


def _comparisons(node: ast.Compare) -> Iterator[str]:
    """Each limit moved by one or turned round, each end of a range left open."""
    for at, op in enumerate(node.ops):
        yield ast.unparse(
            ast.Compare(node.left, [*node.ops[:at], NEIGHBOURS[type(op)](), *node.ops[at + 1 :]], node.comparators)
        )
    if len(node.ops) > 1:
        yield ast.unparse(ast.Compare(node.comparators[0], node.ops[1:], node.comparators[1:]))
        yield ast.unparse(ast.Compare(node.left, node.ops[:-1], node.comparators[:-1]))


def _does_something(node: ast.stmt) -> bool:
    """Whether `node` could be forgotten without a name going missing."""
    match node:
        case ast.Expr(ast.Call()) | ast.Raise() | ast.Continue():
            return True
        case ast.Assign([ast.Attribute() | ast.Subscript() | ast.Tuple([ast.Attribute(), *_])]):
            return True
    return False


def _conditions(node: ast.AST) -> Iterator[ast.expr]:
    """Whatever `node` branches on, where it is no expression that `_variants` knows."""
    match node:
        case ast.If(test) | ast.IfExp(test) | ast.While(test):
            tests = [test]
        case ast.comprehension(ifs=tests):
            pass
        case _:
            return
    yield from (test for test in tests if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp))


Found = tuple[int, str, str]
"""Where something begins, what it is, and what could stand there instead."""


def _python(source: str, tree: ast.Module) -> Iterator[Found]:
    """One for each variant of each node."""
    for node in ast.walk(tree):
        for after in _variants(node):
            assert isinstance(node, ast.expr | ast.stmt)  # noqa: S101  # `_variants` has none for other nodes
            yield *_place(source, node), after
        for test in _conditions(node):
            yield *_place(source, test), f"(not ({ast.unparse(test)}))"


def _place(source: str, node: ast.expr | ast.stmt) -> tuple[int, str]:
    """Where `node` begins in `source`, and how it is written there."""
    lines = source.splitlines(keepends=True)
    column = len(lines[node.lineno - 1].encode()[: node.col_offset].decode())
    return sum(map(len, lines[: node.lineno - 1])) + column, ast.get_source_segment(source, node) or ""


# --- SQL

BEFORE = re.compile(r"\b(?:WHERE|AND|OR|ON|WHEN)\s+(?!CONFLICT)")
AFTER = re.compile(r"[()]|\s+(?:AND|OR|WHERE|RETURNING|ORDER|ON|THEN|ELSE|FOR|LEFT|GROUP)\b|\s*$")
SLIPS = {
    r"(?<![<>])<(?![<=])": "<=", r"(?<![<>])>(?![>=])": ">=", r"<=": "<", r">=": ">",
    r"\bNOT EXISTS": "EXISTS", r"(?<!NOT )\bEXISTS": "NOT EXISTS", r"\bNOT (?={)": "", r"\btrue\b": "false",
    r"\+ 1\b": "+ 0", r"- 1\b": "- 0", r"(?:THEN|ELSE) [01]\b": "ELSE 7",
    r" FOR (?:NO KEY )?UPDATE": "", r"\bDESC\b": "ASC",
}  # fmt: skip


def _sql(source: str, tree: ast.Module) -> Iterator[Found]:
    """One for each condition of each statement, and for each likely slip."""
    for offset, text in (_place(source, node) for node in _texts(tree)):
        if not re.search(r"\b(SELECT|UPDATE|AND|NULL|EXISTS|DESC|secret)\b", text):
            continue
        body = text.rstrip('"')
        for found in BEFORE.finditer(body):
            operand = _operand(body, found.end())
            for always in (" OR TRUE", " AND FALSE") if found[0].startswith("WHEN") else (" OR TRUE",):
                # The condition stays written, for its parameter is still sent.
                yield offset + found.end(), operand, f"({operand}{always})"
        for slip, after in SLIPS.items():
            for found in re.finditer(slip, body):
                written = after.replace("ELSE", found[0].split()[0]) if "ELSE" in after else after
                yield offset + found.start(), found[0], written


def _operand(sql: str, start: int) -> str:
    """The condition that begins at `start`, up to the next word, or bracket, that is not its own."""
    depth = 0
    for mark in AFTER.finditer(sql, start):
        depth += {"(": 1, ")": -1}.get(mark[0], 0)
        if depth < 0 or (depth == 0 and mark[0] not in "()") or not mark[0]:
            return sql[start : mark.start()]
    return sql[start:]


def _texts(tree: ast.AST) -> Iterator[ast.expr]:
    """The texts among the constants of a module or a class, whole, those with something written in as well."""
    for node in ast.iter_child_nodes(tree):
        match node:
            case ast.JoinedStr() | ast.Constant(str()):
                yield node
            case ast.Module() | ast.ClassDef() | ast.Assign() | ast.AnnAssign() | ast.expr():
                yield from _texts(node)
