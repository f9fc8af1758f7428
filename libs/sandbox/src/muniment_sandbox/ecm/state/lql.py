"""The Livelink Query Language: ``OTName:"invoice*" AND (OTSubType:144 OR NOT Attr_5_2: Draft)``.

Terms are words or quoted phrases, with ``*`` and ``?`` in words, after a region or alone; a region is named
``Region:`` or ``[QLREGION "Region"]``. Before the operand may stand ``< <= > >= = !=``, ``QLRANGE``,
``QLLIKE``, ``QLREGEX``, ``STEM``, ``QLPHONETIC`` or ``IN``. Terms are joined by ``QLNEAR`` (both within ten
words of one text), ``AND``, ``OR``, ``XOR``, ``AND-NOT`` and ``NOT``; ``QLNEAR`` binds most, then ``NOT``,
``AND`` (also meant where nothing stands between two terms), ``XOR``, ``OR``. Keywords may be in any case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from muniment_sandbox.ecm.state.refusals import Kind, Refused

MAX_DEPTH = 50
MAX_TOKENS = 400


class BadQuery(Refused):
    """The query cannot be understood; the text is the server's own (400)."""

    def __init__(self) -> None:
        super().__init__(
            Kind.INVALID,
            "Error Evaluating Query, You have either not specified any search criterion at all, or one "
            "of your Livelink Query Language statements is incorrect. Edit the query by clicking an option "
            "in at least one list and/or correcting the statements that appear in the fields",
        )


class Operator(Enum):
    """How a value must stand to the operand of a term."""

    HAS = ""
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    EQUAL = "="
    NOT_EQUAL = "!="
    RANGE = "QLRANGE"
    REGEX = "QLREGEX"
    LIKE = "QLLIKE"
    STEM = "STEM"
    PHONETIC = "QLPHONETIC"
    IN = "IN"


@dataclass(frozen=True, slots=True)
class Term:
    """One condition. No ``region``: all text of an item. The operand of ``IN`` is comma-separated."""

    region: str
    operator: Operator
    operand: str


@dataclass(frozen=True, slots=True)
class And:
    left: Query
    right: Query


@dataclass(frozen=True, slots=True)
class Or:
    left: Query
    right: Query


@dataclass(frozen=True, slots=True)
class Xor:
    left: Query
    right: Query


@dataclass(frozen=True, slots=True)
class Not:
    inner: Query


@dataclass(frozen=True, slots=True)
class Near:
    """Two terms of words in one text, not far from each other."""

    left: Term
    right: Term


Query: TypeAlias = Term | And | Or | Xor | Not | Near


def parse(text: str) -> Query:
    """Return the query that a text states; :class:`BadQuery` when it states none."""
    reader = _Reader(list(_tokens(text)))
    query = reader.either(0)
    if not reader.at_end:
        raise BadQuery
    return query


def written(query: Query) -> str:
    """The query as text, fully parenthesised; :func:`parse` gives the same query back."""
    match query:
        case Term(region, operator, operand):
            place = f"[QLREGION {_quoted(region)}] " if region else ""
            keyword = f"{operator.value} " if operator.value else ""
            return f"{place}{keyword}{_quoted(operand)}"
        case Near(left, right):
            return f"{written(left)} QLNEAR {written(right)}"
        case Not(inner):
            return f"NOT ({written(inner)})"
        case And(left, right):
            return f"({written(left)}) AND ({written(right)})"
        case Or(left, right):
            return f"({written(left)}) OR ({written(right)})"
        case Xor(left, right):
            return f"({written(left)}) XOR ({written(right)})"


@dataclass(frozen=True, slots=True)
class _Token:
    """``text`` is a text in quotes, else a word, a sign or a comparison."""

    text: str
    is_quoted: bool = False

    def says(self, *words: str) -> bool:
        return not self.is_quoted and self.text.upper() in words


_END = _Token("")
_PATTERN = re.compile(
    r'\s*(?:"((?:[^"\\]|\\.)*)"|(<=|>=|!=|[<>=()\[\]:])|((?:[^\s"()\[\]:<>=!]|!(?!=))+))', re.DOTALL
)
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "=", "!="})
_KEYWORD_OPERATORS = {
    "IN": Operator.IN,
    "QLLIKE": Operator.LIKE,
    "QLPHONETIC": Operator.PHONETIC,
    "QLRANGE": Operator.RANGE,
    "QLREGEX": Operator.REGEX,
    "QLSTEM": Operator.STEM,
    "STEM": Operator.STEM,
}
_JOINTS = ("AND", "OR", "XOR", "AND-NOT", "NOT")
_REFUSED = ("QLNEAR", "QLREGION", "ANY", *_JOINTS)


class _Reader:
    """Reads tokens from left to right; one method a level of binding."""

    def __init__(self, tokens: list[_Token]) -> None:
        if len(tokens) > MAX_TOKENS:
            raise BadQuery
        self._tokens = tokens
        self._position = 0

    @property
    def at_end(self) -> bool:
        return self._position >= len(self._tokens)

    def either(self, depth: int) -> Query:
        query = self._exclusive(depth)
        while self._peek().says("OR"):
            self._take()
            query = Or(query, self._exclusive(depth))
        return query

    def _exclusive(self, depth: int) -> Query:
        query = self._both(depth)
        while self._peek().says("XOR"):
            self._take()
            query = Xor(query, self._both(depth))
        return query

    def _both(self, depth: int) -> Query:
        query = self._one(depth)
        while not self.at_end and not self._peek().says("OR", "XOR", ")"):
            if self._peek().says("AND-NOT"):
                self._take()
                query = And(query, Not(self._one(depth + 1)))
                continue
            if self._peek().says("AND"):
                self._take()
            query = And(query, self._one(depth))
        return query

    def _one(self, depth: int) -> Query:
        if depth > MAX_DEPTH:
            raise BadQuery
        if self._peek().says("NOT"):
            self._take()
            return Not(self._one(depth + 1))
        if self._peek().says("("):
            self._take()
            query = self.either(depth + 1)
            self._expect(")")
            return query
        term = self._term()
        if not self._peek().says("QLNEAR"):
            return term
        self._take()
        return _near(term, self._term())

    def _term(self) -> Term:
        if self._peek().says("["):
            self._take()
            self._expect("QLREGION")
            region = self._take().text
            self._expect("]")
            return self._condition(region)
        first = self._take()
        if not first.is_quoted and self._peek().says(":"):
            self._take()
            return self._condition(first.text)
        if not first.is_quoted and self._peek().text in _COMPARISONS and not self._peek().is_quoted:
            return self._condition(first.text)
        if not first.is_quoted and first.text.upper() in _KEYWORD_OPERATORS:
            self._position -= 1
            return self._condition("")
        return Term("", Operator.HAS, _operand(first))

    def _condition(self, region: str) -> Term:
        token = self._take()
        if not token.is_quoted and token.text in _COMPARISONS:
            return Term(region, Operator(token.text), _operand(self._take()))
        if not token.is_quoted and token.text.upper() in _KEYWORD_OPERATORS:
            operator = _KEYWORD_OPERATORS[token.text.upper()]
            operand = self._listed() if operator is Operator.IN else _operand(self._take())
            return Term(region, operator, operand)
        return Term(region, Operator.HAS, _operand(token))

    def _listed(self) -> str:
        """``(a, b)``, or the same in quotes."""
        if not self._peek().says("("):
            return _operand(self._take())
        self._take()
        words: list[str] = []
        while not self._peek().says(")"):
            words.append(_operand(self._take()))
        self._take()
        return ",".join(words)

    def _peek(self) -> _Token:
        return _END if self.at_end else self._tokens[self._position]

    def _take(self) -> _Token:
        if self.at_end:
            raise BadQuery
        self._position += 1
        return self._tokens[self._position - 1]

    def _expect(self, word: str) -> None:
        if not self._take().says(word):
            raise BadQuery


def _near(left: Term, right: Term) -> Near:
    """Two plain terms of one region; nothing else can be near."""
    if {left.operator, right.operator} != {Operator.HAS} or left.region != right.region:
        raise BadQuery
    return Near(left, right)


def _operand(token: _Token) -> str:
    """A word or text to compare with; neither a sign nor a keyword nor nothing."""
    is_sign = token.text in _COMPARISONS or token.text in ("(", ")", "[", "]", ":")
    if not token.is_quoted and (is_sign or token.text.upper() in _REFUSED):
        raise BadQuery
    if not token.text.strip():
        raise BadQuery
    return token.text


def _tokens(text: str) -> Iterator[_Token]:
    end = len(text.rstrip())
    position = 0
    while position < end:
        match = _PATTERN.match(text, position)
        if match is None:
            raise BadQuery
        quoted, sign, word = match.groups()
        if quoted is not None:
            yield _Token(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL), is_quoted=True)
        else:
            yield _Token(sign or word)
        position = match.end()


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
