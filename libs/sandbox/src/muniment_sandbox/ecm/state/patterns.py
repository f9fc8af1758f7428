"""Patterns of ``QLREGEX``: a subset of regular expressions that takes linear time whatever is asked.

Alternatives (``|``), characters, ``.``, classes (``[a-z]``, ``[^0-9]``, ``\\d``, ``\\w``, ``\\s``), each with
``*``, ``+`` or ``?``, and ``^`` and ``$`` at the ends. Groups and counts are refused: with them a short query
could keep the server busy for ever.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from muniment_sandbox.ecm.state.lql import BadQuery

MAX_LENGTH = 256
_ITEM = re.compile(r"(\\.|\[\^?\]?[^\]]*\]|[^\\\[])([*+?]?)", re.DOTALL)
_NESTED = re.compile(r"\[|--|&&|\|\||~~")
_REFUSED = frozenset("(){}*+?")


@dataclass(frozen=True, slots=True)
class _Item:
    fits: Callable[[str], object]
    may_lack: bool
    may_repeat: bool


def holding(text: str) -> Callable[[str], bool]:
    """Return what says whether a text, in any case, holds the pattern; :class:`BadQuery` for none."""
    if not text or len(text) > MAX_LENGTH:
        raise BadQuery
    ways = [_way(one) for one in text.split("|")]
    return lambda value: any(way(value) for way in ways)


def _way(text: str) -> Callable[[str], bool]:
    at_start, at_end = text.startswith("^"), text.endswith("$") and not text.endswith("\\$")
    items = list(_items(text[at_start : len(text) - at_end]))

    def fits(value: str) -> bool:
        reached = _beyond(items, {0})
        if len(items) in reached and not at_end:
            return True
        for letter in value:
            reached = {
                after
                for at in reached
                if at < len(items) and items[at].fits(letter)
                for after in ((at, at + 1) if items[at].may_repeat else (at + 1,))
            }
            reached = _beyond(items, reached if at_start else reached | {0})
            if len(items) in reached and not at_end:
                return True
        return len(items) in reached

    return fits


def _beyond(items: list[_Item], reached: set[int]) -> set[int]:
    """The places that can be reached without another letter."""
    waiting = list(reached)
    while waiting:
        at = waiting.pop()
        if at < len(items) and items[at].may_lack and at + 1 not in reached:
            reached.add(at + 1)
            waiting.append(at + 1)
    return reached


def _items(text: str) -> Iterator[_Item]:
    position = 0
    while position < len(text):
        found = _ITEM.match(text, position)
        if found is None or found[1] in _REFUSED or _NESTED.search(found[1][1:]):
            raise BadQuery
        try:
            single = re.compile(found[1], re.DOTALL | re.IGNORECASE)
        except re.error:
            raise BadQuery from None
        yield _Item(single.fullmatch, found[2] in ("*", "?"), found[2] in ("*", "+"))
        position = found.end()
