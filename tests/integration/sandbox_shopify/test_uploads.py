"""Uploads over HTTP: as a form or a PUT, within their signed conditions; and their bytes served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType
from typing import Any

import aiohttp
import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning import random_cart
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.returning import ReturnLineWish, ReturnWish
from muniment_sandbox.shopify.state.shelves import data_sheet, drawing
from muniment_sandbox.shopify.testing import RunningShop

STAGE = """mutation Stage($input: [StagedUploadInput!]!) { stagedUploadsCreate(input: $input) {
  stagedTargets { url resourceUrl parameters { name value } } userErrors { field message } } }"""
CREATE = """mutation Create($files: [FileCreateInput!]!) { fileCreate(files: $files) {
  files { id } userErrors { code } } }"""
DELETE = "mutation Delete($ids: [ID!]!) { fileDelete(fileIds: $ids) { deletedFileIds userErrors { code } } }"
SEND_BACK = """mutation Send(
    $id: ID!, $lines: [ReverseDeliveryLineItemInput!]!, $label: ReverseDeliveryLabelInput) {
  reverseDeliveryCreateWithShipping(
    reverseFulfillmentOrderId: $id, reverseDeliveryLineItems: $lines, labelInput: $label) {
    reverseDelivery { deliverable { ... on ReverseDeliveryShippingDeliverable { label { publicFileUrl } } } }
    userErrors { code } } }"""
SHOWN = """query Shown($id: ID!) { node(id: $id) { ... on MediaImage { fileStatus image { url } }
  ... on GenericFile { fileStatus url } } }"""
PICTURE = {"resource": "IMAGE", "filename": "front.png", "mimeType": "image/png", "httpMethod": "POST"}
SHEET = {"resource": "FILE", "filename": "sheet ü.pdf", "mimeType": "application/pdf", "httpMethod": "POST"}


@dataclass
class App:
    """An app of the shop, as it would be written elsewhere."""

    client: aiohttp.ClientSession
    shop: RunningShop

    async def ask(self, query: str, **variables: object) -> Any:
        headers = {"X-Shopify-Access-Token": self.shop.access_token}
        asked = {"query": query, "variables": variables}
        async with self.client.post(self.shop.graphql_url, json=asked, headers=headers) as answer:
            told = await answer.json()
            assert "errors" not in told, told["errors"]
            [data] = told["data"].values()
            return data

    async def target(self, wish: Mapping[str, object]) -> dict[str, Any]:
        staged = await self.ask(STAGE, input=[wish])
        assert staged["userErrors"] == []
        found: dict[str, Any] = staged["stagedTargets"][0]
        return found

    async def send(
        self,
        target: dict[str, Any],
        content: bytes,
        changed: Mapping[str, str | None] = MappingProxyType({}),
        *,
        file_first: bool = False,
    ) -> tuple[int, str]:
        """Send a form with the told fields, some of them changed or left out."""
        form = aiohttp.FormData()
        if file_first:
            form.add_field("file", BytesIO(content), filename="x")
        for parameter in target["parameters"]:
            value = changed.get(parameter["name"], parameter["value"])
            if value is not None:
                form.add_field(parameter["name"], value)
        if not file_first:
            form.add_field("file", BytesIO(content), filename="x")
        async with self.client.post(target["url"], data=form) as answer:
            return answer.status, await answer.text()

    async def made(self, source: str, **wish: str) -> str:
        [file] = (await self.ask(CREATE, files=[{"originalSource": source, **wish}]))["files"]
        return str(file["id"])


@pytest.fixture
def app(client: aiohttp.ClientSession, shop: RunningShop) -> App:
    shop.state.clock = SetClock(shop.state.clock.now())
    return App(client, shop)


def pass_time(shop: RunningShop, seconds: float = 5) -> None:
    clock = shop.state.clock
    assert isinstance(clock, SetClock)
    for _ in range(2):
        clock.advance(seconds)
        shop.state.catch_up()


@pytest.mark.parametrize(
    ("wish", "content"),
    [(PICTURE, drawing(0, 0)), (SHEET, data_sheet("over http"))],
    ids=["picture", "sheet"],
)
async def test_what_is_sent_is_served_until_it_is_deleted(
    app: App, shop: RunningShop, wish: dict[str, str], content: bytes
) -> None:
    target = await app.target(wish)
    status, told = await app.send(target, content)
    assert (status, "<PostResponse>" in told) == (201, True)
    file = await app.made(target["resourceUrl"])
    pass_time(shop)
    shown = await app.ask(SHOWN, id=file)
    assert shown["fileStatus"] == "READY"
    url = shown["image"]["url"] if "image" in shown else shown["url"]
    async with app.client.get(url) as answer:
        assert (answer.status, await answer.read()) == (200, content)
        assert answer.content_type == wish["mimeType"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        tag = answer.headers["ETag"]
    async with app.client.get(url, headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    assert (await app.ask(DELETE, ids=[file]))["deletedFileIds"] == [file]
    async with app.client.get(url) as answer:
        assert answer.status == 404


async def test_a_put_to_the_signed_address_does_as_well(app: App, shop: RunningShop) -> None:
    content = drawing(1, 0)
    target = await app.target(PICTURE | {"httpMethod": "PUT"})
    headers = {"Content-Type": "image/png"}
    async with app.client.put(target["resourceUrl"], data=content, headers=headers) as answer:
        assert answer.status == 403
    async with app.client.put(target["url"], data=content, headers={"Content-Type": "image/gif"}) as answer:
        assert answer.status == 403
    async with app.client.put(target["url"], data=content, headers=headers) as answer:
        assert answer.status == 200
    file = await app.made(target["resourceUrl"], filename="by-put.png")
    pass_time(shop)
    shown = await app.ask(SHOWN, id=file)
    assert shown["image"]["url"].startswith(f"{shop.url}/cdn/shop/files/by-put.png?v=")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"policy": None}, "AccessDenied"),
        ({"key": "tmp/elsewhere"}, "AccessDenied"),
        ({"acl": "public-read"}, "AccessDenied"),
        ({"content_type": "image/gif"}, "AccessDenied"),
        ({"x-goog-signature": "0" * 64}, "SignatureDoesNotMatch"),
    ],
)
async def test_a_form_that_was_not_signed_so_is_refused(
    app: App, changed: dict[str, str | None], code: str
) -> None:
    status, told = await app.send(await app.target(PICTURE), drawing(0, 0), changed)
    assert (status, f"<Code>{code}</Code>" in told) == (403, True)


async def test_the_file_comes_last_and_must_be_there(app: App) -> None:
    target = await app.target(PICTURE)
    assert (await app.send(target, drawing(0, 0), file_first=True))[0] == 403
    form = aiohttp.FormData()
    form.add_field("key", "x")
    form.add_field("note", "x", filename="not-the-file")
    async with app.client.post(target["url"], data=form) as answer:
        assert (answer.status, "MalformedPOSTRequest" in await answer.text()) == (400, True)
    async with app.client.post(target["url"], data=b"no form") as answer:
        assert answer.status == 400


async def test_size_and_time_have_their_limits(app: App, shop: RunningShop) -> None:
    film = {"resource": "VIDEO", "filename": "film.mp4", "mimeType": "video/mp4", "fileSize": "10"}
    target = await app.target(film | {"httpMethod": "POST"})
    for content, code in ((b"x" * 11, "EntityTooLarge"), (b"x" * 9, "EntityTooSmall")):
        status, told = await app.send(target, content)
        assert (status, code in told) == (400, True)
    assert (await app.send(target, b"x" * 10))[0] == 201
    large = await app.target(PICTURE | {"resource": "DISPUTE_FILE_UPLOAD"})
    status, told = await app.send(large, b"x" * (2 * 1024 * 1024 + 1))
    assert (status, "EntityTooLarge" in told) == (400, True)
    late = await app.target(PICTURE)
    pass_time(shop, 13 * 3_600)
    status, told = await app.send(late, drawing(0, 0))
    assert (status, "ExpiredToken" in told) == (400, True)


async def test_more_than_a_request_to_the_admin_api_may_hold_can_be_uploaded(
    app: App, shop: RunningShop
) -> None:
    target = await app.target(SHEET | {"httpMethod": "POST"})
    content = b"%PDF-1.4" + b"0" * (6 * 1024 * 1024)
    assert (await app.send(target, content))[0] == 201
    file = await app.made(target["resourceUrl"])
    pass_time(shop)
    async with app.client.get((await app.ask(SHOWN, id=file))["url"]) as answer:
        assert await answer.read() == content


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"resource": "VIDEO", "mimeType": "video/mp4"}, "fileSize"),
        ({"filename": "../front.png"}, "filename"),
        ({"filename": "page.html", "resource": "FILE", "mimeType": "text/html"}, "filename"),
        ({"filename": "two\nlines.png"}, "filename"),
        ({"mimeType": "application/pdf"}, "mimeType"),
        ({"mimeType": "image/png\r\nX-Other: 1"}, "mimeType"),
        ({"fileSize": str(30 * 1024 * 1024)}, "fileSize"),
    ],
)
async def test_targets_that_make_no_sense_are_refused(app: App, wish: dict[str, str], field: str) -> None:
    staged = await app.ask(STAGE, input=[PICTURE, PICTURE | wish])
    assert [error["field"] for error in staged["userErrors"]] == [["input", "1", field]]
    assert staged["stagedTargets"] is None


async def test_every_resource_has_its_target(app: App) -> None:
    bulk = await app.target(
        {
            "resource": "BULK_MUTATION_VARIABLES",
            "filename": "v.jsonl",
            "mimeType": "text/jsonl",
            "httpMethod": "POST",
        }
    )
    assert bulk["resourceUrl"] is None
    assert (await app.send(bulk, b"{}\n"))[0] == 201
    for resource in ("RETURN_LABEL", "DISPUTE_FILE_UPLOAD"):
        target = await app.target(SHEET | {"resource": resource})
        assert (await app.send(target, data_sheet("label")))[0] == 201
        assert f"/{resource.lower()}s/" in target["resourceUrl"]


async def test_what_a_browser_could_run_is_served_locked(app: App, shop: RunningShop) -> None:
    content = b"<script>alert(1)</script>"
    target = await app.target(SHEET | {"filename": "notes.txt", "mimeType": "text/html"})
    assert (await app.send(target, content))[0] == 201
    file = await app.made(target["resourceUrl"])
    pass_time(shop)
    async with app.client.get((await app.ask(SHOWN, id=file))["url"]) as answer:
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert await answer.read() == content


async def test_a_return_label_that_was_uploaded_can_be_had_by_the_buyer(app: App, shop: RunningShop) -> None:
    order = shop.state.place_order(random_cart(shop.state.stock, dice(1)))
    shop.state.pay(order)
    units = shop.state.fulfil(order).lines[0]
    wish = ReturnWish(lines=[ReturnLineWish(fulfillment_line_item=units, quantity=1)])
    reverse = shop.state.create_return(order, wish).reverse_orders[0]
    target = await app.target(SHEET | {"resource": "RETURN_LABEL"})
    assert (await app.send(target, data_sheet("label")))[0] == 201
    sent = await app.ask(
        SEND_BACK,
        id=reverse.id,
        lines=[{"reverseFulfillmentOrderLineItemId": reverse.lines[0].id, "quantity": 1}],
        label={"fileUrl": target["resourceUrl"]},
    )
    url = sent["reverseDelivery"]["deliverable"]["label"]["publicFileUrl"]
    pass_time(shop, 13 * 3_600)
    async with app.client.get(url) as answer:
        assert (answer.status, await answer.read()) == (200, data_sheet("label"))


async def test_a_preview_that_is_not_there_is_not_found(app: App, shop: RunningShop) -> None:
    for path in (
        "/cdn/shop/previews/1",
        "/cdn/shop/return_labels/1",
        "/cdn/shop/files/nothing.png",
        "/cdn/shop/files/%2e%2e%2fx",
    ):
        async with app.client.get(f"{shop.url}{path}") as answer:
            assert answer.status == 404
