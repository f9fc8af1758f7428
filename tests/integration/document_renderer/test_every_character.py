"""Every character that some font has, and any with marks on it, can be set: Typst refuses none of them."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import pytest

from document_renderer.documents.content import Content, Seller
from document_renderer.rules import Kind
from document_renderer.scripts import Scribe
from tests.unit.document_renderer.desk import shared_typesetter


def _content(paragraphs: Sequence[str]) -> Content:
    return Content(
        kind=Kind.INVOICE, number="1", refers_to=None, business_date=date(2026, 3, 2), language="en",
        heading="All characters", seller=Seller("Seller", ("Street",)), facts=[], parties=[], lead=paragraphs,
        details=[], lines=None, sums=[], tables=[], notes=[], footer=[], page_label=("", "", ""),
        attachment="none",
    )  # fmt: skip


def _set(words: Sequence[str]) -> None:
    paragraphs = [" ".join(words[start : start + 50]) for start in range(0, len(words), 50)]
    pdf = shared_typesetter().pdf(
        _content(paragraphs), snapshot=b"{}", at=datetime(2026, 3, 2, tzinfo=UTC), locale_tag="en"
    )
    assert pdf.startswith(b"%PDF")


def _covered() -> list[str]:
    scribe = Scribe.of_shipped_fonts()
    return [char for char in sorted(scribe.characters) if scribe.plain(char) == char]


@pytest.mark.timeout(120)
def test_every_character_that_is_left_alone_can_be_set() -> None:
    covered = _covered()
    assert len(covered) > 50_000
    for start in range(0, len(covered), 3000):
        _set(covered[start : start + 3000])


@pytest.mark.timeout(120)
def test_characters_with_any_marks_can_be_set() -> None:
    words = list(_clusters(random.Random(20261124), 6000))
    for start in range(0, len(words), 1500):
        _set(words[start : start + 1500])


def _clusters(chance: random.Random, count: int) -> Iterator[str]:
    covered = [char for char in _covered() if not unicodedata.name(char, "").startswith(("CJK", "HANGUL"))]
    marks = [char for char in covered if unicodedata.category(char).startswith("M")] + list(
        "\u200c\u200d\ufe0f"
    )
    for _ in range(count):
        yield chance.choice(covered) + "".join(chance.choices(marks, k=chance.randint(1, 3)))
