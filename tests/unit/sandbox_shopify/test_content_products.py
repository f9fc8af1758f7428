"""Products: found by SKU, their media in order, set as a whole, offered and withdrawn, deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning.baskets import Basket
from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.file_changes import FileWish
from muniment_sandbox.shopify.state.files import MediaImage
from muniment_sandbox.shopify.state.publications import Publication
from tests.unit.sandbox_shopify.contents import PICTURE, ContentDesk

MEDIA = (
    "query Media($id: ID!) { product(id: $id) { media(first: 50) { nodes { id status mediaContentType } } } }"
)
UPDATE = """mutation Update($product: ProductUpdateInput!, $media: [CreateMediaInput!]) {
  productUpdate(product: $product, media: $media) {
    product { title media(first: 50) { nodes { alt status } } } userErrors { field message } } }"""
SET = """mutation Set($identifier: ProductSetIdentifiers, $input: ProductSetInput!, $sync: Boolean = true) {
  productSet(identifier: $identifier, input: $input, synchronous: $sync) {
    product { id handle status title media(first: 50) { nodes { id alt } } options { name values }
      variants(first: 10) { nodes { id sku title price } } metafields(first: 10) { nodes { key } } }
    productSetOperation { id status } userErrors { field message code } } }"""
REORDER = """mutation Reorder($id: ID!, $moves: [MoveInput!]!) { productReorderMedia(id: $id, moves: $moves) {
  job { id done } mediaUserErrors { code } } }"""
APPEND = """mutation Append($id: ID!, $pairs: [ProductVariantAppendMediaInput!]!) {
  productVariantAppendMedia(productId: $id, variantMedia: $pairs) {
    productVariants { media(first: 5) { nodes { id } } } userErrors { code } } }"""
DETACH = """mutation Detach($id: ID!, $pairs: [ProductVariantDetachMediaInput!]!) {
  productVariantDetachMedia(productId: $id, variantMedia: $pairs) {
    productVariants { media(first: 5) { nodes { id } } } userErrors { code } } }"""
PUBLISH = """mutation Publish($id: ID!, $input: [PublicationInput!]!) {
  publishablePublish(id: $id, input: $input) { publishable { resourcePublicationsCount { count } }
    userErrors { field message } } }"""
UNPUBLISH = PUBLISH.replace("publishablePublish", "publishableUnpublish")
OFFERS = """query Offers($id: ID!) { product(id: $id) { status publishedAt onlineStoreUrl
  resourcePublicationsV2(first: 5, onlyPublished: false) { nodes { isPublished publication { id } } } } }"""


@pytest.fixture
def desk() -> ContentDesk:
    return ContentDesk()


def set_(desk: ContentDesk, product: Product | None, **given: Any) -> Any:
    identifier = {"id": product.id} if product else None
    return desk.ask(SET, identifier=identifier, input=given)


def gallery(desk: ContentDesk) -> list[str]:
    return [each["id"] for each in desk.ask(MEDIA, id=desk.product.id)["media"]["nodes"]]


def test_a_variant_is_found_by_its_sku(desk: ContentDesk) -> None:
    asked = """query Find($query: String) { productVariants(first: 5, query: $query) { nodes {
      sku title price selectedOptions { name value } product { handle status } } } }"""
    [found] = desk.ask(asked, query="sku:PEN-GOE-F")["nodes"]
    assert found["title"] == "Feder F"
    assert found["price"] == "189.00"
    assert found["selectedOptions"] == [{"name": "Nib", "value": "Feder F"}]
    assert found["product"] == {"handle": "pen-goe-m", "status": "ACTIVE"}
    [plain] = desk.ask(asked, query="sku:LMP-BRS-01")["nodes"]
    assert plain["title"] == "Default Title"


def test_products_are_found_by_what_they_are(desk: ContentDesk) -> None:
    asked = "query Find($query: String) { products(first: 50, query: $query) { nodes { handle } } }"
    for query in ("tag:archive", "handle:box-af-10", "sku:BOX-AF-10", "title:'Acid-free Archive Box'"):
        assert desk.ask(asked, query=query)["nodes"] == [{"handle": "box-af-10"}], query


def test_media_are_added_behind_and_processed(desk: ContentDesk) -> None:
    source = desk.upload("new.png", PICTURE, "image/png")
    given = {"originalSource": source, "mediaContentType": "IMAGE", "alt": "New"}
    answer = desk.ask(UPDATE, product={"id": desk.product.id, "title": "Desk"}, media=[given])
    assert answer["product"]["title"] == "Desk"
    assert answer["product"]["media"]["nodes"][-1] == {"alt": "New", "status": "UPLOADED"}
    assert desk.heard == ["products/update"]
    desk.wait()
    assert desk.product.gallery[-1].file_status == "READY"
    assert desk.heard == ["products/update", "products/update"]


def test_an_update_that_makes_no_sense_changes_nothing(desk: ContentDesk) -> None:
    bad = {"originalSource": "not an address", "mediaContentType": "IMAGE"}
    given = {"id": desk.product.id, "title": "Changed"}
    refused = desk.ask(UPDATE, product=given, media=[bad])["userErrors"]
    assert refused == [{"field": ["media", "0", "originalSource"], "message": "Original source is invalid"}]
    for wrong in ({"title": " "}, {"handle": "chr-erg-ant"}, {"title": "x" * 256}):
        assert desk.ask(UPDATE, product=given | wrong)["userErrors"] != []
    assert desk.product.title == "Oak Writing Desk"
    assert desk.heard == []
    gone = desk.ask(UPDATE, product={"id": "gid://shopify/Product/1"})["userErrors"]
    assert gone == [{"field": ["id"], "message": "Product does not exist"}]


def test_media_are_moved_by_a_job(desk: ContentDesk) -> None:
    first, second = gallery(desk)
    answer = desk.ask(REORDER, id=desk.product.id, moves=[{"id": second, "newPosition": "0"}])
    assert answer["job"]["done"] is False
    assert gallery(desk) == [first, second]
    desk.wait()
    assert gallery(desk) == [second, first]
    asked = "query Job($id: ID!) { job(id: $id) { done } }"
    assert desk.ask(asked, id=answer["job"]["id"]) == {"done": True}
    moves = [{"id": "gid://shopify/MediaImage/1", "newPosition": "0"}]
    refused = desk.ask(REORDER, id=desk.product.id, moves=moves)["mediaUserErrors"]
    assert refused == [{"code": "MEDIA_DOES_NOT_EXIST_ON_PRODUCT"}]


def test_a_variant_has_one_picture_of_its_product(desk: ContentDesk) -> None:
    variant = desk.product.own_variants[0]
    first, second = gallery(desk)
    pair = {"variantId": variant.id, "mediaIds": [first]}
    answer = desk.ask(APPEND, id=desk.product.id, pairs=[pair])
    assert answer["productVariants"][0]["media"]["nodes"] == [{"id": first}]
    wishes = [
        ([pair | {"mediaIds": [second]}], "PRODUCT_VARIANT_ALREADY_HAS_MEDIA"),
        ([pair | {"mediaIds": [first, second]}], "TOO_MANY_MEDIA_PER_INPUT_PAIR"),
        ([pair, pair], "PRODUCT_VARIANT_SPECIFIED_MULTIPLE_TIMES"),
        ([pair] * 101, "MAXIMUM_VARIANT_MEDIA_PAIRS_EXCEEDED"),
        ([pair | {"mediaIds": ["gid://shopify/MediaImage/1"]}], "MEDIA_DOES_NOT_EXIST_ON_PRODUCT"),
        (
            [pair | {"variantId": desk.shop.stock.articles[1].variant.id}],
            "PRODUCT_VARIANT_DOES_NOT_EXIST_ON_PRODUCT",
        ),
    ]
    for pairs, code in wishes:
        assert desk.codes(APPEND, id=desk.product.id, pairs=pairs) == [code]
    gone = desk.ask(DETACH, id=desk.product.id, pairs=[pair])
    assert gone["productVariants"][0]["media"]["nodes"] == []
    assert desk.codes(DETACH, id=desk.product.id, pairs=[pair]) == ["MEDIA_IS_NOT_ATTACHED_TO_VARIANT"]
    assert gallery(desk) == [first, second]


def test_only_ready_pictures_go_to_variants(desk: ContentDesk) -> None:
    film = desk.file("film.mp4", b"\0\0\0\x18ftypisom0123", "video/mp4")
    waiting = FileWish(source=desk.upload("late.png", PICTURE, "image/png"), content_type="IMAGE")
    desk.shop.change_product(desk.product, {}, media=[waiting])
    desk.product.gallery.append(film)
    for gid, code in ((desk.product.gallery[2].id, "NON_READY_MEDIA"), (film.id, "INVALID_MEDIA_TYPE")):
        pair = {"variantId": desk.product.own_variants[0].id, "mediaIds": [gid]}
        assert desk.codes(APPEND, id=desk.product.id, pairs=[pair]) == [code]


def test_setting_files_takes_away_what_the_list_leaves_out(desk: ContentDesk) -> None:
    first, second = gallery(desk)
    new = {"originalSource": desk.upload("new.png", PICTURE, "image/png"), "alt": "New"}
    answer = set_(desk, desk.product, files=[{"id": second, "alt": "Now first"}, new])
    assert [each["alt"] for each in answer["product"]["media"]["nodes"]] == ["Now first", "New"]
    assert first not in gallery(desk)
    assert desk.shop.get(MediaImage, first) is not None
    assert set_(desk, desk.product, title="Only the title")["product"]["media"]["nodes"] != []
    assert set_(desk, desk.product, files=[])["product"]["media"]["nodes"] == []


def test_setting_metafields_deletes_the_others(desk: ContentDesk) -> None:
    fields = [{"namespace": "specs", "key": "material", "value": "Ash"}]
    assert set_(desk, desk.product, metafields=fields)["product"]["metafields"]["nodes"] == [
        {"key": "material"}
    ]


def test_setting_variants_keeps_those_of_the_same_options(desk: ContentDesk) -> None:
    before = desk.product.own_variants[0]
    options = [{"name": "Size", "values": [{"name": "140 × 70 cm"}, {"name": "160 × 80 cm"}]}]
    variants = [
        {"optionValues": [{"optionName": "Size", "name": "160 × 80 cm"}], "sku": "BIG", "price": "799.00"},
        {"optionValues": [{"optionName": "Size", "name": "140 × 70 cm"}], "price": "650"},
    ]
    made = set_(desk, desk.product, productOptions=options, variants=variants)["product"]
    assert made["options"] == [{"name": "Size", "values": ["140 × 70 cm", "160 × 80 cm"]}]
    big, small = made["variants"]["nodes"]
    assert (big["sku"], big["title"], big["price"]) == ("BIG", "160 × 80 cm", "799.00")
    assert (small["id"], small["sku"], small["price"]) == (before.id, before.sku, "650.00")
    made = set_(desk, desk.product, productOptions=options, variants=variants[:1])["product"]
    assert [each["sku"] for each in made["variants"]["nodes"]] == ["BIG"]
    assert desk.shop.entity(before.id) is None


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"variants": []}, "PRODUCT_OPTIONS_INPUT_MISSING"),
        ({"productOptions": []}, "VARIANTS_INPUT_MISSING"),
        ({"productOptions": [{"name": "Size", "values": []}], "variants": []}, "OPTION_VALUES_MISSING"),
        ({"files": [{"id": "gid://shopify/MediaImage/1"}]}, "INVALID_INPUT"),
        ({"files": [{}]}, "INVALID_INPUT"),
        ({"metafields": [{"namespace": "specs", "key": "data_sheet", "value": "x"}]}, "INVALID_METAFIELD"),
        ({"handle": "chr-erg-ant"}, "HANDLE_NOT_UNIQUE"),
        ({"title": ""}, "INVALID_PRODUCT"),
        (
            {
                "productOptions": [{"name": "Size", "values": [{"name": "S"}]}],
                "variants": [{"optionValues": [{"optionName": "Size", "name": "L"}]}],
            },
            "OPTION_VALUE_DOES_NOT_EXIST",
        ),
    ],
)
def test_a_set_that_is_refused_changes_nothing(desk: ContentDesk, given: dict[str, Any], code: str) -> None:
    before = [*gallery(desk), desk.product.title]
    answer = set_(desk, desk.product, **{"title": "Changed"} | given)
    assert [error["code"] for error in answer["userErrors"]] == [code]
    assert [*gallery(desk), desk.product.title] == before


def test_a_handle_that_nobody_has_makes_a_new_product(desk: ContentDesk) -> None:
    made = desk.ask(SET, identifier={"handle": "new-lamp"}, input={"title": "New lamp"})["product"]
    assert (made["handle"], made["status"]) == ("new-lamp", "ACTIVE")
    assert desk.heard == ["products/create"]
    again = desk.ask(SET, identifier={"handle": "new-lamp"}, input={"title": "Newer lamp", "status": "DRAFT"})
    assert (again["product"]["id"], again["product"]["status"]) == (made["id"], "DRAFT")
    missing = {"id": "gid://shopify/Product/1"}
    assert desk.codes(SET, identifier=missing, input={"title": "x"}) == ["PRODUCT_DOES_NOT_EXIST"]


def test_setting_in_the_background_is_done_a_moment_later(desk: ContentDesk) -> None:
    answer = desk.ask(SET, identifier={"id": desk.product.id}, input={"files": []}, sync=False)
    assert (answer["product"], answer["productSetOperation"]["status"]) == (None, "CREATED")
    assert len(gallery(desk)) == 2
    desk.wait()
    asked = """query Operation($id: ID!) { productOperation(id: $id) { status product { id }
      ... on ProductSetOperation { userErrors { code } } } }"""
    done = desk.ask(asked, id=answer["productSetOperation"]["id"])
    assert done == {"status": "COMPLETE", "product": {"id": desk.product.id}, "userErrors": []}
    assert gallery(desk) == []


def test_a_product_is_withdrawn_and_offered_again(desk: ContentDesk) -> None:
    store, till = desk.shop.all_of(Publication)
    wish = [{"publicationId": store.id}]
    answer = desk.ask(UNPUBLISH, id=desk.product.id, input=wish)
    assert answer["publishable"]["resourcePublicationsCount"] == {"count": 1}
    assert desk.ask(OFFERS, id=desk.product.id)["onlineStoreUrl"] is None
    desk.ask(UNPUBLISH, id=desk.product.id, input=wish)
    assert desk.heard == ["products/update"]
    answer = desk.ask(PUBLISH, id=desk.product.id, input=wish)
    assert answer["publishable"]["resourcePublicationsCount"] == {"count": 2}
    assert str(desk.ask(OFFERS, id=desk.product.id)["onlineStoreUrl"]).endswith(
        f"/products/{desk.product.number}"
    )
    refused = desk.ask(PUBLISH, id=desk.product.id, input=[{"publicationId": "gid://shopify/Publication/1"}])
    assert refused["userErrors"][0]["field"] == ["input", "0", "publicationId"]
    late = (desk.clock.now() + timedelta(days=1)).isoformat()
    refused = desk.ask(PUBLISH, id=desk.product.id, input=[{"publicationId": till.id, "publishDate": late}])
    assert refused["userErrors"][0]["field"] == ["input", "0", "publishDate"]


def test_a_product_for_tomorrow_is_seen_tomorrow(desk: ContentDesk) -> None:
    store = desk.shop.all_of(Publication)[0]
    desk.shop.unpublish(desk.product, desk.shop.all_of(Publication))
    late = (desk.clock.now() + timedelta(days=1)).isoformat()
    desk.ask(PUBLISH, id=desk.product.id, input=[{"publicationId": store.id, "publishDate": late}])
    offer = desk.ask(OFFERS, id=desk.product.id)
    assert offer["resourcePublicationsV2"]["nodes"] == [
        {"isPublished": False, "publication": {"id": store.id}}
    ]
    assert offer["publishedAt"] is None
    desk.clock.advance(86_400)
    assert desk.ask(OFFERS, id=desk.product.id)["resourcePublicationsV2"]["nodes"][0]["isPublished"] is True


@pytest.mark.parametrize(("status", "seen"), [("ACTIVE", True), ("UNLISTED", True), ("DRAFT", False)])
def test_buyers_see_only_what_its_status_lets_them(desk: ContentDesk, status: str, seen: bool) -> None:
    desk.ask(UPDATE, product={"id": desk.product.id, "status": status})
    assert (desk.ask(OFFERS, id=desk.product.id)["onlineStoreUrl"] is not None) is seen


def test_an_order_outlives_the_product_it_is_for(desk: ContentDesk) -> None:
    basket = Basket(desk.shop.stock, dice(1), desk.shop.stock.buyers_in("DE")[0])
    order = desk.shop.place_order(basket.cart([basket.line("DSK-OAK-140", 1)]))
    deleting = """mutation Delete($id: ID!) { productDelete(input: {id: $id}) {
      deletedProductId userErrors { message } } }"""
    assert desk.ask(deleting, id=desk.product.id) == {"deletedProductId": desk.product.id, "userErrors": []}
    asked = """query Order($id: ID!) { order(id: $id) { lineItems(first: 1) { nodes {
      title sku product { id } variant { id } } } } }"""
    [line] = desk.ask(asked, id=order.id)["lineItems"]["nodes"]
    assert line == {"title": "Oak Writing Desk", "sku": "DSK-OAK-140", "product": None, "variant": None}
    assert desk.heard[-1] == "products/delete"
    assert desk.ask(MEDIA, id=desk.product.id) is None
