"""``where_column_query``: ``name LIKE "x*" AND WNF_ATT_35S_2 > 2026-03-20``.

Operators ``= LIKE < <= > >= <>``; ``AND``, ``OR``, ``NOT``, parentheses. A column is a property of the node
or ``WNF_ATT_{category}_{attribute}``; letters that a real system adds to the category's number are let pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Protocol

from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.clock import iso_local
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.refusals import Kind, Refused

MAX_DEPTH = 50
_TOKEN = re.compile(r"\s*(?:\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'|(<=|>=|<>|[=<>()])|([^\s=<>()\"']+))")
_ATTRIBUTE = re.compile(r"WNF_ATT_(\d+)[A-Z]*_(\d+)", re.IGNORECASE)


class Condition(Protocol):
    """What a workspace must fulfil."""

    def holds(self, state: EcmState, node: Node) -> bool:
        """Whether the workspace fulfils it."""


@dataclass(frozen=True, slots=True)
class _Comparison:
    column: str
    operator: str
    operand: str

    def holds(self, state: EcmState, node: Node) -> bool:
        values = _column(state, node, self.column)
        return any(self._fits(value) for value in (values if isinstance(values, list) else [values]))

    def _fits(self, value: Json) -> bool:
        if value is None:
            return False
        left, right = _comparable(value), _comparable(self.operand)
        if type(left) is not type(right):
            left, right = str(value).casefold(), self.operand.casefold()
        if self.operator == "LIKE":
            return fnmatchcase(str(value).casefold(), self.operand.casefold().replace("%", "*"))
        if self.operator in ("=", "<>"):
            return (left == right) is (self.operator == "=")
        order = (left > right) - (left < right)  # type: ignore[operator]  # both are of one type by now
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[self.operator]


@dataclass(frozen=True, slots=True)
class _Both:
    left: Condition
    right: Condition

    def holds(self, state: EcmState, node: Node) -> bool:
        return self.left.holds(state, node) and self.right.holds(state, node)


@dataclass(frozen=True, slots=True)
class _Either:
    left: Condition
    right: Condition

    def holds(self, state: EcmState, node: Node) -> bool:
        return self.left.holds(state, node) or self.right.holds(state, node)


@dataclass(frozen=True, slots=True)
class _Not:
    inner: Condition

    def holds(self, state: EcmState, node: Node) -> bool:
        return not self.inner.holds(state, node)


def parse_column_query(text: str) -> Condition:
    """Return the condition a query states; refuse (400) what is none."""
    reader = _Reader(list(_tokens(text)))
    condition = reader.either(0)
    if reader.peek():
        raise _bad(text)
    return condition


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._position = 0

    def peek(self) -> str:
        return self._tokens[self._position] if self._position < len(self._tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise _bad(" ".join(self._tokens))
        self._position += 1
        return token

    def either(self, depth: int) -> Condition:
        condition = self._both(depth)
        while self.peek().upper() == "OR":
            self.take()
            condition = _Either(condition, self._both(depth))
        return condition

    def _both(self, depth: int) -> Condition:
        condition = self._one(depth)
        while self.peek().upper() == "AND":
            self.take()
            condition = _Both(condition, self._one(depth))
        return condition

    def _one(self, depth: int) -> Condition:
        if depth > MAX_DEPTH:
            raise _bad("…")
        word = self.take()
        if word.upper() == "NOT":
            return _Not(self._one(depth + 1))
        if word == "(":
            condition = self.either(depth + 1)
            if self.take() != ")":
                raise _bad(" ".join(self._tokens))
            return condition
        operator = self.take().upper()
        if operator not in ("=", "LIKE", "<", "<=", ">", ">=", "<>"):
            raise _bad(f"{word} {operator}")
        return _Comparison(word, operator, self.take().removeprefix("\x00"))


def _tokens(text: str) -> Iterator[str]:
    """Words, operators, and quoted texts (marked, so that ``"OR"`` is no operator)."""
    position = 0
    while position < len(text.rstrip()):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _bad(text)
        double, single, operator, word = match.groups()
        quoted = double if double is not None else single
        yield f"\x00{quoted}" if quoted is not None else operator or word
        position = match.end()


def _column(state: EcmState, node: Node, column: str) -> Json:
    match = _ATTRIBUTE.fullmatch(column)
    if match:
        applied = node.categories.get(int(match[1]))
        return None if applied is None else applied.values.get(int(match[2]))
    known: dict[str, Json] = {
        "create_date": iso_local(node.create_date),
        "description": node.description,
        "id": node.id,
        "modify_date": iso_local(node.modify_date),
        "name": node.name,
        "parent_id": node.parent_id,
        "size": len(state.tree.children(node.id)),
        "type": node.type,
    }
    if column.lower() not in known:
        raise Refused(Kind.INVALID, f"The column '{column}' is invalid.")
    return known[column.lower()]


def _comparable(value: Json) -> float | str:
    try:
        return float(str(value))
    except ValueError:
        return str(value).casefold()


def _bad(text: str) -> Refused:
    return Refused(Kind.INVALID, f"The column query could not be understood at '{text}'.")
