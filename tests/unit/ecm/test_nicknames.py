"""Nicknames are valid, stable, and different for different parts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ecm.nicknames import MAX_NICKNAME, nickname

PARTS = st.lists(st.text(max_size=40), min_size=1, max_size=4)


def test_plain_parts_make_a_readable_nickname() -> None:
    assert nickname("shopify", "order", "5123") == "shopify_order_5123"


@given(PARTS)
def test_every_nickname_is_valid_and_the_same_again(parts: list[str]) -> None:
    name = nickname(*parts)
    assert re.fullmatch(r"[A-Za-z0-9_]+", name)
    assert not name.isdigit()
    assert len(name) <= MAX_NICKNAME
    assert nickname(*parts) == name


@given(PARTS, PARTS)
def test_different_parts_have_different_nicknames(one: list[str], other: list[str]) -> None:
    assert (nickname(*one) == nickname(*other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"), [(("a.b",), ("a-b",)), (("a", "b"), ("a_b",)), (("a", ""), ("a",)), (("5",), ("5", ""))]
)
def test_what_looks_alike_after_replacement_stays_apart(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert nickname(*one) != nickname(*other)
