"""Files into the sandbox's shop: every way of sending, and what the shop does with them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path
from typing import Literal

import pytest

from muniment_sandbox.shopify.testing import running_shop
from muniment_shopify import FileNotReady, FileRefused, LinkRefused, shop_links
from muniment_shopify.files import (
    NewFile,
    StagedTarget,
    Upload,
    create_files,
    send_upload,
    stage_upload,
    upload,
    wait_until_ready,
)
from tests.integration.outbound.faulty_server import FaultyServer, Reply
from tests.integration.shopify.clients import SANDBOX, client_of

SHEET = Upload(filename="spec.pdf", mime_type="application/pdf", content=b"%PDF-1.7 sheet")


def picture() -> bytes:
    """Return a PNG of two by two pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0\1\2" * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_document_and_a_picture_become_files_that_buyers_can_get(
    tmp_path: Path, method: Literal["POST", "PUT"]
) -> None:
    path = tmp_path / "front.png"
    path.write_bytes(picture())
    front = Upload(filename="front.png", mime_type="image/png", content=path, resource="IMAGE")
    async with running_shop(seed="empty") as shop, client_of(shop) as client:
        sources = [await upload(client, each, method=method) for each in (SHEET, front)]
        made = await create_files(client, [NewFile(source_url=source) for source in sources])
        ready = await wait_until_ready(client, [file.gid for file in made], within_s=30.0)
        assert [(file.typename, file.mime_type) for file in ready] == [
            ("GenericFile", "application/pdf"),
            ("MediaImage", "image/png"),
        ]
        contents = [
            (await client.links.peer_of(file.url).request("GET", file.url, repeatable=True)).body
            for file in ready
            if file.url is not None
        ]
    assert contents[0] == SHEET.content
    assert len(contents) == 2


async def test_what_is_no_picture_fails_with_the_shops_reason() -> None:
    broken = Upload(filename="front.png", mime_type="image/png", content=b"no picture", resource="IMAGE")
    async with running_shop(seed="empty") as shop, client_of(shop) as client:
        [made] = await create_files(client, [NewFile(source_url=await upload(client, broken))])
        with pytest.raises((FileRefused, FileNotReady)) as raised:
            await wait_until_ready(client, [made.gid], within_s=30.0)
        assert isinstance(raised.value, FileRefused | FileNotReady)
        assert raised.value.codes


async def test_a_changed_content_is_not_taken_at_its_place_and_a_new_place_is_to_be_asked_for() -> None:
    async with running_shop(seed="empty") as shop, client_of(shop) as client:
        target = await stage_upload(client, SHEET)
        other_type = Upload(filename="spec.pdf", mime_type="text/plain", content=b"x")
        wrong = StagedTarget(
            "POST",
            target.url,
            target.resource_url,
            tuple((name, "text/plain" if name == "content_type" else v) for name, v in target.parameters),
        )
        with pytest.raises(FileNotReady, match="Ask for a new place"):
            await send_upload(client.links, other_type, wrong)


async def test_a_form_has_its_parameters_in_order_and_the_file_last_and_goes_once_more_after_a_fault() -> (
    None
):
    server = FaultyServer()
    await server.start()
    links = shop_links(SANDBOX, base_url=server.url)
    target = StagedTarget(
        "POST", f"{server.url}/", "r", (("key", "tmp/1"), ("policy", "p"), ("acl", "private"))
    )
    try:
        server.script = [Reply(503), Reply(201, b"<xml/>", {"Content-Type": "application/xml"})]
        await send_upload(links, SHEET, target)
    finally:
        await links.close()
        await server.stop()
    assert len(server.seen) == 2
    for seen in server.seen:
        places = [seen.body.index(f'name="{name}"'.encode()) for name in ("key", "policy", "acl", "file")]
        assert places == sorted(places)
        assert int(seen.headers["content-length"]) == len(seen.body)
        assert "x-shopify-access-token" not in seen.headers


async def test_a_place_outside_the_allowed_hosts_gets_nothing() -> None:
    target = StagedTarget("PUT", "http://127.0.0.1:9/a", "r", ())
    with pytest.raises(LinkRefused):
        await send_upload(shop_links(), SHEET, target)
