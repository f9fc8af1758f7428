"""The texts: every language says everything, with the same places to fill."""

from __future__ import annotations

import pytest

from document_renderer.wording import compare_texts, languages, wordings


def test_english_german_and_french_are_there() -> None:
    assert languages() == {"en", "de", "fr"}


def test_every_language_has_the_keys_and_places_of_english() -> None:
    english = wordings()["en"].texts
    assert [
        fault for wording in wordings().values() for fault in compare_texts("x", wording.texts, english)
    ] == []


@pytest.mark.parametrize(
    ("texts", "fault"),
    [
        ({}, "a is missing"),
        ({"a": "x {n}", "b": "y"}, "b is in no other language"),
        ({"a": "x"}, "a has other places"),
        ({"a": 1}, "a is no text"),
    ],
)
def test_a_difference_is_named(texts: dict[str, object], fault: str) -> None:
    assert any(fault in found for found in compare_texts("de", texts, {"a": "x {n}"}))


def test_shop_text_with_braces_is_not_a_place_to_fill() -> None:
    assert wordings()["en"].say("line.sku", sku="{0.__class__}") == "SKU {0.__class__}"
