"""The buyer's language and ways of writing."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from document_renderer.locales import formats_for, is_locale
from document_renderer.wording import languages

MOMENT = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)


def test_a_language_without_texts_gets_english_text_with_its_own_numbers() -> None:
    formats = formats_for("pt-BR", languages(), "de")
    assert formats.language == "en"
    assert formats.money(Decimal("1234.5"), "EUR").endswith("1.234,50")
    assert formats.date(MOMENT) == "March 2, 2026"


@pytest.mark.parametrize("tag", [None, "", "xx", "not a locale", "../../etc/passwd"])
def test_without_a_known_locale_the_default_counts(tag: str | None) -> None:
    assert formats_for(tag, languages(), "fr-CA").language == "fr"


def test_a_known_language_keeps_its_region() -> None:
    assert formats_for("en-GB", languages(), "de").date(MOMENT) == "2 March 2026"
    assert formats_for("de-AT", languages(), "en").short_date(MOMENT) == "02.03.2026"


@pytest.mark.parametrize(
    ("rate", "written"), [("0.19", "19 %"), ("0.055", "5,5 %"), ("0.08875", "8,875 %"), ("0", "0 %")]
)
def test_rates_keep_their_decimals(rate: str, written: str) -> None:
    assert (
        formats_for("de", languages(), "en")
        .percent(Decimal(rate))
        .replace("\u202f", " ")
        .replace("\xa0", " ")
        == written
    )


def test_locales_are_known_or_not() -> None:
    assert is_locale("de-AT")
    assert not is_locale("klingon")
