"""Hooks about content: what a product's body lists, and that metaobjects are told of by their type alone."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_sandbox.shopify.hooks.bodies import hook_body
from muniment_sandbox.shopify.state.ledger import NotPossible, Occurrence
from muniment_sandbox.shopify.state.metaobject_changes import (
    FieldWish,
    MetaobjectDefinitionWish,
    MetaobjectWish,
)
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish
from tests.unit.sandbox_shopify.contents import ContentDesk
from tests.unit.sandbox_shopify.recording import ADDRESS, RecordingSender, dispatch_of


@pytest.fixture
def desk() -> ContentDesk:
    return ContentDesk()


def product_body(desk: ContentDesk) -> dict[str, Any]:
    return hook_body(Occurrence("products/update", desk.product, "1", desk.clock.now()), desk.shop)


def test_a_product_tells_of_its_pictures_variants_and_options(desk: ContentDesk) -> None:
    picture, variant = desk.product.gallery[0], desk.product.own_variants[0]
    desk.shop.append_variant_media(desk.product, [(variant, [picture.id])])
    body = product_body(desk)
    assert body["image"] == body["images"][0]
    assert body["image"]["src"].startswith(
        "https://muniment-demo.myshopify.com/cdn/shop/files/dsk-oak-140-1.png?v="
    )
    assert (body["image"]["variant_ids"], body["image"]["width"]) == ([variant.number], 480)
    assert [each["status"] for each in body["media"]] == ["READY", "READY"]
    assert body["media"][0]["admin_graphql_api_id"] == picture.id
    assert body["options"][0]["values"] == ["140 × 70 cm"]
    assert (body["variants"][0]["option1"], body["variants"][0]["price"]) == ("140 × 70 cm", "649.00")
    assert (body["status"], body["published_at"]) == ("active", "2026-11-23T09:00:00+01:00")


def test_a_picture_in_processing_is_a_medium_but_no_image_yet(desk: ContentDesk) -> None:
    desk.product.gallery.append(desk.file("film.mp4", b"\0\0\0\x18ftypisom0123", "video/mp4"))
    body = product_body(desk)
    assert (len(body["images"]), len(body["media"])) == (2, 3)
    assert body["media"][2]["preview_image"] == {
        "width": None,
        "height": None,
        "src": None,
        "status": "READY",
    }


def test_a_withdrawn_product_tells_that_nobody_sees_it(desk: ContentDesk) -> None:
    desk.shop.unpublish(desk.product, [each.publication for each in desk.product.own_publications])
    assert product_body(desk)["published_at"] is None


async def test_metaobjects_are_told_of_by_their_type(desk: ContentDesk) -> None:
    sender = RecordingSender()
    dispatch = dispatch_of(desk.shop, sender)
    with pytest.raises(NotPossible, match="Filter is required"):
        desk.shop.subscribe(SubscriptionWish(topic="METAOBJECTS_CREATE", uri=ADDRESS))
    wish = SubscriptionWish(topic="METAOBJECTS_CREATE", uri=ADDRESS, filter="type:ecm_document")
    desk.shop.subscribe(wish)
    for kind in ("ecm_document", "recipe"):
        fields = [FieldWish(key="title", type="single_line_text_field")]
        desk.shop.define_metaobject(MetaobjectDefinitionWish(type=kind, fields=fields))
        desk.shop.upsert_metaobject(kind, "first", MetaobjectWish(fields=[("title", "A")]))
    await dispatch.idle()
    [sent] = sender.sent
    body = sent.json()
    assert (body["type"], body["handle"], body["fields"]) == ("ecm_document", "first", {"title": "A"})
    await dispatch.close()
