"""The products' pages: what buyers see, what only the shop's people see, and never markup of others."""

from __future__ import annotations

import re

import aiohttp
import pytest

from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.files import GenericFile
from muniment_sandbox.shopify.state.metafield_definitions import DefinitionWish, MetafieldAccess
from muniment_sandbox.shopify.state.metaobject_changes import (
    FieldWish,
    MetaobjectDefinitionWish,
    MetaobjectWish,
)
from muniment_sandbox.shopify.state.metaobjects import Metaobject, MetaobjectAccess
from muniment_sandbox.shopify.state.publications import Publication
from muniment_sandbox.shopify.testing import RunningShop


@pytest.fixture
def product(shop: RunningShop) -> Product:
    return shop.state.stock.article("DSK-OAK-140").variant.product


async def page(client: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with client.get(url) as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        return answer.status, await answer.text()


def certificate(shop: RunningShop, product: Product) -> Metaobject:
    """Publish a certificate of a product."""
    access = MetaobjectAccess(storefront="PUBLIC_READ")
    fields = [
        FieldWish(key="title", type="single_line_text_field"),
        FieldWish(key="file", type="file_reference"),
        FieldWish(key="expires_on", type="date"),
    ]
    definition = shop.state.define_metaobject(
        MetaobjectDefinitionWish(
            type="ecm_document", fields=fields, display_name_key="title", access=access, publishable=True
        )
    )
    sheet = shop.state.all_of(GenericFile)[0]
    values = [("title", "Certificate <b>7</b>"), ("file", sheet.id), ("expires_on", "2027-01-31")]
    made = shop.state.upsert_metaobject("ecm_document", "c-7", MetaobjectWish(fields=values, status="ACTIVE"))
    kind = "list.metaobject_reference"
    shop.state.define_metafield(
        DefinitionWish(
            owner_type="PRODUCT",
            namespace="ecm",
            key="documents",
            name="Documents",
            type=kind,
            access=MetafieldAccess(storefront="PUBLIC_READ"),
            rules=[("metaobject_definition_id", definition.id)],
        )
    )
    shop.state.set_metafield(product, "ecm", "documents", kind, f'["{made.id}"]')
    return made


async def test_every_product_has_a_page_and_its_pictures_are_served(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    _, listed = await page(client, f"{shop.url}/products")
    for each in shop.state.all_of(Product):
        assert f"/products/{each.number}" in listed
        status, shown = await page(client, f"{shop.url}/products/{each.number}")
        assert (status, "Buyers do not see" in shown) == (200, False)
    for path in re.findall(r'<img src="([^"]+)"', listed)[:3]:
        async with client.get(f"{shop.url}{path}") as answer:
            assert (answer.status, answer.content_type) == (200, "image/png")


async def test_a_product_shows_its_pictures_documents_and_variants(
    client: aiohttp.ClientSession, shop: RunningShop, product: Product
) -> None:
    _, shown = await page(client, f"{shop.url}/products/{product.number}")
    for words in ("649.00 EUR", "DSK-OAK-140", "140 × 70 cm", "Oak, oiled", "Data sheet", "Online Store"):
        assert words in shown
    assert "The top is oiled, not lacquered." in shown
    assert shown.count("dsk-oak-140-1.png?v=") == 2


async def test_a_withdrawn_product_is_marked_and_found(
    client: aiohttp.ClientSession, shop: RunningShop, product: Product
) -> None:
    assert "Buyers see every product" in (await page(client, f"{shop.url}/products?show=hidden"))[1]
    shop.state.unpublish(product, shop.state.all_of(Publication))
    _, hidden = await page(client, f"{shop.url}/products?show=hidden")
    assert f"/products/{product.number}" in hidden
    assert "offered in no channel" in (await page(client, f"{shop.url}/products/{product.number}"))[1]
    shop.state.delete_product(product)
    assert (await page(client, f"{shop.url}/products/{product.number}"))[0] == 404


async def test_a_document_is_seen_while_it_is_published(
    client: aiohttp.ClientSession, shop: RunningShop, product: Product
) -> None:
    made = certificate(shop, product)
    _, shown = await page(client, f"{shop.url}/products/{product.number}")
    assert "Certificate &lt;b&gt;7&lt;/b&gt;" in shown
    assert "Expires on: 2027-01-31" in shown
    shop.state.upsert_metaobject("ecm_document", made.handle, MetaobjectWish(status="DRAFT"))
    assert "Certificate" not in (await page(client, f"{shop.url}/products/{product.number}"))[1]


async def test_what_apps_wrote_is_never_markup(
    client: aiohttp.ClientSession, shop: RunningShop, product: Product
) -> None:
    evil = "<script>alert(1)</script>"
    shop.state.change_product(product, {"title": evil, "description_html": f"{evil}<p>&lt;script&gt;x</p>"})
    shop.state.set_metafield(product, "specs", "material", "single_line_text_field", evil)
    product.gallery[0].alt = '"><script>alert(1)</script>'
    for path in ("/products", f"/products/{product.number}"):
        _, shown = await page(client, f"{shop.url}{path}")
        assert "<script" not in shown
