"""What publishing changes of products, files, metaobjects and publications: a scene each."""

from __future__ import annotations

from typing import Any

import orjson

from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.files import GenericFile, MediaImage, ShopFile
from muniment_sandbox.shopify.state.metafield_definitions import MetafieldDefinition
from muniment_sandbox.shopify.state.metaobjects import Metaobject, MetaobjectDefinition
from muniment_shopify.content import (
    FieldShape,
    MetaobjectName,
    Placement,
    Reference,
    Rung,
    define_metafield,
    define_metaobject,
    delete_files,
    delete_metaobject,
    move_to,
    publish,
    put_metaobject,
    set_product_status,
    show_on,
    show_on_variant,
    stop_selling,
    take_off,
    take_off_variant,
    unpublish,
    update_file,
    withdraw,
    withdraw_metaobject,
)
from tests.unit.shopify.scenes import Scene, scene

DOCUMENT = MetaobjectName("ecm_document", "ecm-123")
SHEETS = "list.metaobject_reference"


def product_of(each: Scene) -> Product:
    product = each.stage.shop.get(Product, each.ids["Product"])
    assert product is not None
    return product


def _shown(each: Scene) -> Any:
    each.stage.clock.advance(60)
    each.stage.shop.catch_up()
    product = product_of(each)
    return (
        [file.id for file in product.gallery],
        [[file.id for file in variant.shown] for variant in product.own_variants],
    )


@scene("content/file_update", seen=_shown)
async def shown(each: Scene) -> None:
    await show_on(each.client, each.ids["MediaImage"], [each.ids["Product"]])


@scene("content", seen=_shown)
async def taken_off(each: Scene) -> None:
    await take_off(each.client, each.ids["MediaImage"], [each.ids["Product"]])


@scene("content", seen=_shown)
async def moved(each: Scene) -> None:
    await move_to(each.client, each.ids["Product"], each.ids["MediaImage/2"], 0)


@scene("content", seen=_shown)
async def shown_on_variant(each: Scene) -> None:
    names = ("Product", "ProductVariant", "MediaImage")
    await show_on_variant(each.client, *(each.ids[name] for name in names))


@scene("content/product_variant_detach_media", seen=_shown)
async def taken_off_variant(each: Scene) -> None:
    names = ("Product", "ProductVariant", "MediaImage")
    await take_off_variant(each.client, *(each.ids[name] for name in names))


def _files(each: Scene) -> Any:
    shop = each.stage.shop
    found: list[ShopFile] = [*shop.all_of(MediaImage), *shop.all_of(GenericFile)]
    return sorted((one.id, one.alt) for one in found)


@scene("content", seen=_files)
async def renamed(each: Scene) -> None:
    changed = await update_file(each.client, each.ids["MediaImage"], alt="Front, approved")
    assert changed.alt == "Front, approved"


@scene("content", seen=_files)
async def deleted(each: Scene) -> None:
    await delete_files(each.client, [each.ids["GenericFile"], each.ids["MediaImage"]])


def _documents(each: Scene) -> Any:
    kinds = [(one.type, one.publishable) for one in each.stage.shop.all_of(MetaobjectDefinition)]
    found = each.stage.shop.all_of(Metaobject)
    return kinds, [(one.handle, one.status, dict(one.values)) for one in found]


@scene("content", seen=_documents)
async def defined(each: Scene) -> None:
    fields = [FieldShape(key="title", type="single_line_text_field", is_required=True)]
    await define_metaobject(each.client, "ecm_note", name="ECM note", fields=fields, shown_by="title")


@scene("content/metaobject_upsert", seen=_documents)
async def published(each: Scene) -> None:
    made = await put_metaobject(each.client, DOCUMENT, {"title": "Version 2"}, publish=True)
    assert made.is_published
    assert made.fields["title"] == "Version 2"


def _published(each: Scene) -> None:
    for one in each.stage.shop.all_of(Metaobject):
        one.status = "ACTIVE"


@scene("content/metaobject_upsert", seen=_documents, before=_published)
async def withdrawn(each: Scene) -> None:
    assert await withdraw_metaobject(each.client, DOCUMENT)


@scene("content/metaobject_upsert", seen=_documents)
async def gone(each: Scene) -> None:
    await delete_metaobject(each.client, DOCUMENT)


def _definitions(each: Scene) -> Any:
    found = each.stage.shop.all_of(MetafieldDefinition)
    return sorted((one.namespace, one.key) for one in found)


@scene("content/metaobject_upsert", seen=_definitions)
async def metafield_defined(each: Scene) -> None:
    await define_metafield(
        each.client,
        "PRODUCT",
        "ecm",
        "spec_sheets",
        name="Specification sheets",
        type=SHEETS,
        refers_to=each.ids["MetaobjectDefinition"],
    )


def _sold(each: Scene) -> Any:
    product = product_of(each)
    return product.status, sorted(one.publication.id for one in product.own_publications)


@scene("content", seen=_sold)
async def sold_nowhere(each: Scene) -> None:
    await stop_selling(each.client, each.ids["Product"])


def _unsold(each: Scene) -> None:
    product_of(each).own_publications.clear()


@scene("content", seen=_sold, before=_unsold)
async def sold(each: Scene) -> None:
    await publish(each.client, each.ids["Product"], [each.ids["Publication"]])


@scene("content", seen=_sold)
async def sold_less(each: Scene) -> None:
    await unpublish(each.client, each.ids["Product"], [each.ids["Publication"]])


@scene("content", seen=_sold)
async def drafted(each: Scene) -> None:
    await set_product_status(each.client, each.ids["Product"], "DRAFT")


def everywhere(each: Scene) -> Placement:
    """Return everywhere the document is: published, referred to, and its picture shown."""
    sheet = Reference(
        product=each.ids["Product"], namespace="ecm", key="sheets", type=SHEETS, item=each.ids["id"]
    )
    return Placement(
        metaobject=DOCUMENT,
        references=(sheet,),
        file=each.ids["MediaImage"],
        products=(each.ids["Product"],),
    )


def referred_to(each: Scene) -> None:
    _published(each)
    value = orjson.dumps([each.ids["id"]]).decode()
    each.stage.shop.set_metafield(product_of(each), "ecm", "sheets", SHEETS, value)


def everything(each: Scene) -> Any:
    product = product_of(each)
    noted = [(one.key, one.value) for one in product.own_metafields if one.namespace == "ecm"]
    return _documents(each), _shown(each), noted, _files(each)


@scene("content/metaobject_upsert", seen=everything, before=referred_to)
async def taken_down(each: Scene) -> None:
    assert (await withdraw(each.client, everywhere(each), Rung.DETACHED)).has_open_address


@scene("content/metaobject_upsert", seen=everything, before=referred_to)
async def taken_down_for_good(each: Scene) -> None:
    assert not (await withdraw(each.client, everywhere(each), Rung.DELETED)).has_open_address
