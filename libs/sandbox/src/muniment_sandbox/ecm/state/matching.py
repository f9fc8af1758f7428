"""From a query to a question that is put to each item: yes or no."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from fnmatch import translate
from typing import TypeAlias

from muniment_sandbox.ecm.jsontype import Json
from muniment_sandbox.ecm.state.lql import And, BadQuery, Near, Not, Operator, Or, Query, Term, Xor
from muniment_sandbox.ecm.state.nodes import Node
from muniment_sandbox.ecm.state.patterns import holding
from muniment_sandbox.ecm.state.regions import LOCATION, Region, Regions, Sort

Question: TypeAlias = Callable[[Node], bool]
TextOf: TypeAlias = Callable[[Node], Iterable[str]]
_Fits: TypeAlias = Callable[[Json], bool]
_WORD = re.compile(r"\w+")
_PATTERN_WORD = re.compile(r"[\w*?]+")
_WILD = re.compile(r"[*?]")
_DEAR, _CHEAP = 2, 1
NEAR_WORDS = 10


class Matching:
    """Turns queries into questions. ``text_of`` gives the texts that a term without a region looks at."""

    def __init__(self, regions: Regions, text_of: TextOf) -> None:
        self._regions = regions
        self._text_of = text_of

    def question(self, query: Query) -> Question:
        """Return the question; :class:`BadQuery` for a region or an operand that makes no sense."""
        return self._weighed(query)[1]

    def _weighed(self, query: Query) -> tuple[int, Question]:
        """The question with its cost: of two that must both hold the cheap one is asked first."""
        match query:
            case Term():
                return self._term(query)
            case Near():
                return self._near(query)
            case Not(inner):
                cost, asked = self._weighed(inner)
                return cost, lambda node: not asked(node)
            case And(left, right):
                (one_cost, one), (other_cost, other) = sorted(
                    (self._weighed(left), self._weighed(right)), key=lambda pair: pair[0]
                )
                return max(one_cost, other_cost), lambda node: one(node) and other(node)
            case Or(left, right):
                (one_cost, one), (other_cost, other) = sorted(
                    (self._weighed(left), self._weighed(right)), key=lambda pair: pair[0]
                )
                return max(one_cost, other_cost), lambda node: one(node) or other(node)
            case Xor(left, right):
                one_cost, one = self._weighed(left)
                other_cost, other = self._weighed(right)
                return max(one_cost, other_cost), lambda node: one(node) is not other(node)

    def _near(self, query: Near) -> tuple[int, Question]:
        fits = _near_test(query)
        if not query.left.region:
            text_of = self._text_of
            return _DEAR, lambda node: any(map(fits, text_of(node)))
        region = self._regions.find(query.left.region)
        if region is None or region.sort is not Sort.TEXT:
            raise BadQuery
        values = region.values
        return _CHEAP, lambda node: any(map(fits, values(node)))

    def _term(self, term: Term) -> tuple[int, Question]:
        if not term.region:
            fits, text_of = _text_test(term), self._text_of
            return _DEAR, lambda node: any(map(fits, text_of(node)))
        region = self._regions.find(term.region)
        if region is None:
            raise BadQuery
        fits, values = _test(region, term), region.values
        cost = _DEAR if region.name == LOCATION else _CHEAP
        if term.operator is Operator.NOT_EQUAL:
            return cost, lambda node: all(map(fits, values(node)))
        return cost, lambda node: any(map(fits, values(node)))


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def stem(word: str) -> str:
    """The word without the commonest endings of English."""
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    return word.rstrip("ey")


def soundex(word: str) -> str:
    """How a word sounds, as letter and three digits (the Russell code)."""
    codes = [_SOUNDS.get(letter, "") for letter in word]
    kept: list[str] = []
    before = codes[0] if codes else ""
    for letter, code in zip(word[1:], codes[1:], strict=True):
        if code and code != before:
            kept.append(code)
        if letter not in "hw":
            before = code
    return f"{word[:1]}{''.join(kept)}000"[:4]


_SOUNDS = {
    letter: digit
    for digit, letters in {"1": "bfpv", "2": "cgjkqsxz", "3": "dt", "4": "l", "5": "mn", "6": "r"}.items()
    for letter in letters
}


def _test(region: Region, term: Term) -> _Fits:
    if region.sort is Sort.TEXT:
        return _text_test(term)
    return _ordered_test(term, _number if region.sort is Sort.NUMBER else _day)


def _text_test(term: Term) -> _Fits:
    operand = term.operand
    match term.operator:
        case Operator.HAS:
            return _has(operand)
        case Operator.IN:
            tests = [_has(one.strip()) for one in operand.split(",") if one.strip()]
            if not tests:
                raise BadQuery
            return lambda value: any(test(value) for test in tests)
        case Operator.LIKE:
            whole = re.compile(translate(operand.casefold().replace("%", "*")))
            return lambda value: whole.match(str(value).casefold()) is not None
        case Operator.REGEX:
            holds = holding(operand)
            return lambda value: holds(str(value))
        case Operator.STEM:
            wanted = {stem(word) for word in words_of(operand)}
            return lambda value: wanted <= {stem(word) for word in words_of(str(value))}
        case Operator.PHONETIC:
            sounds = {soundex(word) for word in words_of(operand)}
            return lambda value: sounds <= {soundex(word) for word in words_of(str(value))}
        case _:
            return _ordered_test(term, _comparable)


def _near_test(query: Near) -> _Fits:
    """Whether the words of both sides begin at most ten words from one another in a text."""
    left, right = words_of(query.left.operand), words_of(query.right.operand)
    if not left or not right:
        raise BadQuery

    def fits(value: Json) -> bool:
        words = words_of(str(value))
        ones, others = _places(words, left), _places(words, right)
        return any(0 < abs(one - other) <= NEAR_WORDS for one in ones for other in others)

    return fits


def _places(words: list[str], wanted: list[str]) -> list[int]:
    return [
        at for at, word in enumerate(words) if word == wanted[0] and words[at : at + len(wanted)] == wanted
    ]


def _has(operand: str) -> _Fits:
    """Whether the words of the operand stand in a text one after the other."""
    patterns = _PATTERN_WORD.findall(operand.casefold())
    if not patterns:
        needle = operand.casefold().strip()
        return lambda value: needle in str(value).casefold()
    if _WILD.search(operand):
        return _has_patterns(patterns)
    rarest = max(patterns, key=lambda word: (any(map(str.isdigit, word)), len(word)))
    count = len(patterns)

    def fits(value: Json) -> bool:
        text = str(value).casefold()
        if rarest not in text:
            return False
        words = _WORD.findall(text)
        return any(words[at : at + count] == patterns for at in range(len(words) - count + 1))

    return fits


def _has_patterns(patterns: list[str]) -> _Fits:
    tests = [re.compile(translate(re.sub(r"\*+", "*", pattern))) for pattern in patterns]
    count = len(tests)

    def fits(value: Json) -> bool:
        words = words_of(str(value))
        return any(
            all(test.match(word) for test, word in zip(tests, words[at : at + count], strict=True))
            for at in range(len(words) - count + 1)
        )

    return fits


def _ordered_test(term: Term, read: Callable[[Json], int | str | None]) -> _Fits:
    if term.operator is Operator.IN:
        wanted = {read(one.strip()) for one in term.operand.split(",") if one.strip()}
        return lambda value: read(value) in wanted
    if term.operator is Operator.RANGE:
        low, tilde, high = term.operand.partition("~")
        return _between(_required(read, low), _required(read, high if tilde else low), read)
    if term.operator is Operator.REGEX:
        holds = holding(term.operand)
        return lambda value: holds(str(value))
    if term.operator in (Operator.HAS, Operator.LIKE) and _WILD.search(term.operand):
        pattern = re.compile(translate(term.operand))
        return lambda value: pattern.match(str(value)) is not None
    return _compared(term.operator, _required(read, term.operand), read)


def _between(low: int | str, high: int | str, read: Callable[[Json], int | str | None]) -> _Fits:
    def fits(value: Json) -> bool:
        found = read(value)
        return found is not None and _order(found, low) >= 0 and _order(found, high) <= 0

    return fits


def _compared(operator: Operator, bound: int | str, read: Callable[[Json], int | str | None]) -> _Fits:
    if operator not in _ORDERS:
        return lambda value: read(value) == bound
    accepted = _ORDERS[operator]

    def fits(value: Json) -> bool:
        found = read(value)
        return found is not None and _order(found, bound) in accepted

    return fits


_ORDERS: dict[Operator, tuple[int, ...]] = {
    Operator.LESS: (-1,),
    Operator.AT_MOST: (-1, 0),
    Operator.MORE: (1,),
    Operator.AT_LEAST: (1, 0),
    Operator.NOT_EQUAL: (-1, 1),
}


def _order(left: int | str, right: int | str) -> int:
    if isinstance(left, int) and isinstance(right, int):
        return (left > right) - (left < right)
    one, other = str(left), str(right)
    return (one > other) - (one < other)


def _required(read: Callable[[Json], int | str | None], text: str) -> int | str:
    value = read(text.strip())
    if value is None:
        raise BadQuery
    return value


def _number(value: Json) -> int | None:
    if type(value) is int:
        return value
    try:
        return int(str(value))
    except ValueError:
        return None


def _day(value: Json) -> str | None:
    digits = str(value)[:10].replace("-", "")
    return digits if len(digits) == 8 and digits.isdigit() else None


def _comparable(value: Json) -> int | str | None:
    """A number, a day as ``YYYYMMDD``, or folded text: what attributes hold."""
    if isinstance(value, bool):
        return str(value).lower()
    number = _number(value)
    if number is not None:
        return number
    text = str(value).casefold()
    if re.match(r"\d{4}-\d{2}-\d{2}", text):
        return int(text[:10].replace("-", ""))
    return text
