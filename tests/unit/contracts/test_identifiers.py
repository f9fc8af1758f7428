"""Keys and business object ids have one form and come apart again."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_contracts.events import NAMESPACE, deterministic_id
from muniment_contracts.identifiers import (
    business_object_id,
    is_shop_handle,
    key_of,
    order_key,
    parse_business_object_id,
    parse_key,
)

shops = st.from_regex(r"\A[a-z0-9][a-z0-9-]{0,62}\Z")
numbers = st.integers(1, 10**20 - 1).map(str)


def test_order_key_and_business_object_id() -> None:
    assert order_key("northwind", "5001") == "northwind/order/5001"
    assert business_object_id("northwind", "5001") == "northwind.5001"
    assert key_of("northwind", "hook", "b5-45") == "northwind/hook/b5-45"


@given(shops, numbers)
def test_what_was_put_together_comes_apart(shop: str, number: str) -> None:
    assert parse_key(order_key(shop, number)) == (shop, "order", number)
    assert parse_business_object_id(business_object_id(shop, number)) == (shop, number)


@pytest.mark.parametrize("shop", ["", "-a", "a.b", "a/b", "A", "ä", "a" * 64, "a\n", "٣"])
def test_what_is_no_shop_handle(shop: str) -> None:
    assert not is_shop_handle(shop)
    with pytest.raises(ValueError, match="shop handle"):
        order_key(shop, "1")


@pytest.mark.parametrize(
    "number", ["", "0", "01", "-1", "1.0", "gid://shopify/Order/1", "١", "1\n", "1" * 21]
)
def test_what_is_no_numeric_id(number: str) -> None:
    with pytest.raises(ValueError, match="numeric id"):
        order_key("northwind", number)
    with pytest.raises(ValueError, match="numeric id"):
        business_object_id("northwind", number)


@pytest.mark.parametrize(
    "text", ["", "northwind", "northwind/order", "a/order/1/2", "a//1", "/order/1", "a/Order/1"]
)
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match=r"must match|has the form"):
        parse_key(text)


@pytest.mark.parametrize("text", ["", "northwind", "northwind.", ".1", "a.b.1", "northwind.x"])
def test_what_is_no_business_object_id(text: str) -> None:
    with pytest.raises(ValueError, match="must match"):
        parse_business_object_id(text)


@given(st.lists(st.text(), min_size=1, max_size=4), st.lists(st.text(), min_size=1, max_size=4))
def test_deterministic_ids_are_equal_only_for_equal_parts(one: list[str], other: list[str]) -> None:
    assert (deterministic_id(*one) == deterministic_id(*other)) is (one == other)


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_deterministic_ids_are_uuids_of_version_5(parts: list[str]) -> None:
    named = "|".join(f"{len(part)}:{part}" for part in parts)
    assert deterministic_id(*parts) == str(uuid.uuid5(NAMESPACE, named))


def test_deterministic_id_never_changes() -> None:
    assert deterministic_id("order.paid", "northwind", "5001") == "5bbcd60c-bef1-5a05-aa07-e8c245a3a66b"
