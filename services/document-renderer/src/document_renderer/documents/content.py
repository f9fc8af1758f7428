"""What a document says, apart from how it looks. The template reads this, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from document_renderer.rules import Kind


class Item(NamedTuple):
    """A cell of a main line and smaller lines beneath it."""

    main: str
    small: tuple[str, ...] = ()


Cell = str | Item


class Column(NamedTuple):
    """A column; the one that is ``wide`` takes the room the others leave."""

    label: str
    align: Literal["start", "end"] = "start"
    wide: bool = False


class Table(NamedTuple):
    """A table of data; ``caption`` names it."""

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


class Sum(NamedTuple):
    """One line of a block of totals."""

    label: str
    value: str
    strength: Literal["plain", "strong", "quiet"] = "plain"


class Fact(NamedTuple):
    """A labelled value."""

    label: str
    value: str


class Party(NamedTuple):
    """A labelled block of lines: an address."""

    label: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Seller:
    """Who issues the documents, as the letterhead and footer show it."""

    name: str
    address_lines: tuple[str, ...]
    email: str | None = None
    website: str | None = None
    tax_id: str | None = None
    registration: str | None = None
    bank: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that one document says, in the buyer's language, with money and dates as the buyer writes them.

    ``business_date`` is the date of the fact, in the UTC calendar. ``page_label`` stands around the two page
    numbers: ``("Page ", " of ", "")``.
    """

    kind: Kind
    number: str
    refers_to: str | None
    business_date: date
    language: str
    heading: str
    seller: Seller
    facts: Sequence[Fact]
    parties: Sequence[Party]
    lead: Sequence[str]
    details: Sequence[Fact]
    lines: Table | None
    sums: Sequence[Sum]
    tables: Sequence[Table]
    notes: Sequence[str]
    footer: Sequence[Sequence[str]]
    page_label: Sequence[str]
    attachment: str

    @property
    def title(self) -> str:
        return f"{self.heading} {self.number}"
