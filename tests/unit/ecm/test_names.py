"""Names are safe, deterministic, and different texts stay different."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ecm.names import MAX_NAME_UNITS, alternative, comparable, safe_name, same_name


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("INV-1001.pdf", "INV-1001.pdf"),
        ("gid://shopify/Order/1", "gid---shopify-Order-1"),
        ("  padded \t name\r\n.pdf ", "padded name .pdf"),
        ("a\x00b\x1fc\x7f", "abc"),
        ("gpj.\u202egnp.exe", "gpj.gnp.exe"),
        ("..\\..\\etc", "..-..-etc"),
        ("", "untitled"),
        (" \u200b\x00 ", "untitled"),
        ("Cafe\u0301", "Café"),
        ("क्\u200dष 👩\u200d🚀", "क्\u200dष 👩\u200d🚀"),
    ],
)
def test_a_text_becomes_a_name_the_server_takes(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text(max_size=600))
def test_every_text_becomes_a_safe_name(text: str) -> None:
    name = safe_name(text)
    assert 0 < units(name) <= MAX_NAME_UNITS
    assert name == name.strip()
    assert not set(name) & set(":/\\")
    assert all(unicodedata.category(character) not in {"Cc", "Cs"} for character in name)
    assert unicodedata.is_normalized("NFC", name)


@given(st.text(max_size=600))
def test_a_safe_name_is_left_alone(text: str) -> None:
    name = safe_name(text)
    assert safe_name(name) == name


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=260, max_size=400))
def test_a_long_name_keeps_its_extension_and_says_whole_text_by_hash(text: str) -> None:
    one, other = safe_name(f"{text}1.pdf"), safe_name(f"{text}2.pdf")
    assert one.endswith(".pdf")
    assert one != other
    assert units(one) <= MAX_NAME_UNITS


@given(st.text(max_size=400), st.uuids())
def test_an_alternative_is_safe_deterministic_and_another_name(text: str, effect: object) -> None:
    name = alternative(text, str(effect))
    assert name == alternative(text, str(effect))
    assert safe_name(name) == name
    assert not same_name(name, safe_name(text))


def test_alternatives_of_two_effects_differ_and_keep_the_extension() -> None:
    one, other = alternative("INV-1.pdf", "effect-1"), alternative("INV-1.pdf", "effect-2")
    assert one != other
    assert one.startswith("INV-1 (")
    assert one.endswith(").pdf")


@given(st.text(max_size=50))
def test_names_are_compared_without_regard_to_case(text: str) -> None:
    assert comparable(safe_name(text).upper()) == comparable(comparable(safe_name(text).upper()))
    assert same_name(" Invoice.PDF", "invoice.pdf ")
