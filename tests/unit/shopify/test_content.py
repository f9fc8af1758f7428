"""Metafields and content that are not as expected: written by others, of another shape, hard to find."""

from __future__ import annotations

import pytest

from muniment_shopify.content import (
    FieldShape,
    define_metafield,
    define_metaobject,
    find_files,
    media_of,
    publications,
    published_on,
    variants_by_sku,
)
from muniment_shopify.content.withdrawing import Placement, Rung, withdraw
from muniment_shopify.errors import ChangeRefused, ObjectGone, StaleObject
from muniment_shopify.gids import gid
from muniment_shopify.metafields import ABSENT, NewMetafield, metafields_of, set_metafields
from tests.unit.shopify.scenes import at


async def test_a_metafield_another_has_written_is_not_overwritten() -> None:
    each = at("orders")

    def value(text: str, expected: str) -> NewMetafield:
        return NewMetafield(
            owner=each.ids["Order"],
            namespace="ecm",
            key="decision",
            type="single_line_text_field",
            value=text,
            expected=expected,
        )

    await set_metafields(each.client, [value("approved", ABSENT)])
    with pytest.raises(StaleObject):
        await set_metafields(each.client, [value("refused", ABSENT)])
    there = await metafields_of(each.client, each.ids["Order"], "ecm")
    assert there["decision"].value == "approved"
    with pytest.raises(ValueError, match="25"):
        await set_metafields(each.client, [])
    with pytest.raises(ObjectGone):
        await metafields_of(each.client, gid("Order", 1), "ecm")


async def test_what_is_lost_on_the_way_back_from_a_compared_write_is_known_as_ours() -> None:
    each = at("orders")
    each.peer.lost_answers = 1
    wanted = NewMetafield(
        owner=each.ids["Order"],
        namespace="ecm",
        key="decision",
        type="single_line_text_field",
        value="approved",
        expected=ABSENT,
    )
    await set_metafields(each.client, [wanted])
    assert each.peer.changes == ["MetafieldsSet", "MetafieldsSet"]


async def test_a_definition_of_another_shape_is_a_persons_business() -> None:
    each = at("content/metaobject_upsert")
    title = FieldShape(key="title", type="single_line_text_field")
    other = FieldShape(key="valid", type="date")
    await define_metaobject(each.client, "ecm_document", name="ECM", fields=[title], shown_by="title")
    with pytest.raises(ChangeRefused, match="lacks the fields valid"):
        await define_metaobject(
            each.client, "ecm_document", name="ECM", fields=[title, other], shown_by="title"
        )
    named = {"name": "N", "type": "single_line_text_field"}
    await define_metafield(each.client, "PRODUCT", "ecm", "note", **named)
    with pytest.raises(ChangeRefused, match="another type"):
        await define_metafield(each.client, "PRODUCT", "ecm", "note", name="N", type="date")


async def test_products_are_found_by_exactly_their_sku() -> None:
    each = at("content")
    [found] = await variants_by_sku(each.client, "NTB-A5-DOT")
    assert found.product_status == "ACTIVE"
    assert await variants_by_sku(each.client, "NTB-A5") == []
    assert await variants_by_sku(each.client, 'x" OR sku:*') == []


async def test_content_is_read_as_it_is() -> None:
    each = at("content")
    media = await media_of(each.client, each.ids["Product"])
    assert media[0].gid == each.ids["MediaImage"]
    places = {place.gid for place in await publications(each.client)}
    assert await published_on(each.client, each.ids["Product"]) <= places
    assert await find_files(each.client, "filename:nothing-of-this-name.pdf") == []


async def test_what_is_nowhere_is_withdrawn_without_ado() -> None:
    each = at("content")
    gone = await withdraw(each.client, Placement(file=gid("GenericFile", 1)), Rung.DELETED)
    assert not gone.has_open_address
    assert (await withdraw(each.client, Placement(), Rung.DELETED)).rung is Rung.DELETED
