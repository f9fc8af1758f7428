"""Who is turned away, with which status, and that it is counted by reason."""

from __future__ import annotations

import base64

import pytest

from tests.builders.deliveries import Delivery, delivery
from tests.integration.shopify_ingest.raw_connection import head_of, raw_connection
from tests.integration.shopify_ingest.running_receiver import RunningReceiver

SIGNED = delivery()
SIGNATURE = SIGNED.headers["X-Shopify-Hmac-Sha256"]
AS_HEX = base64.b64decode(SIGNATURE).hex()


@pytest.mark.parametrize(
    ("odd", "status", "reason"),
    [
        (SIGNED.without("X-Shopify-Hmac-Sha256"), 401, "unsigned"),
        (SIGNED.telling(X_Shopify_Hmac_Sha256=""), 401, "unsigned"),
        (delivery(secret="another shop's secret"), 401, "wrong-signature"),
        (SIGNED.telling(X_Shopify_Hmac_Sha256="żółć"), 401, "wrong-signature"),
        (SIGNED.telling(X_Shopify_Hmac_Sha256="not base64!"), 401, "wrong-signature"),
        (SIGNED.telling(X_Shopify_Hmac_Sha256=AS_HEX), 401, "wrong-signature"),
        (Delivery(SIGNED.body + b"\n", SIGNED.headers), 401, "wrong-signature"),
        (Delivery(SIGNED.body.replace(b":", b": "), SIGNED.headers), 401, "wrong-signature"),
        (SIGNED.telling(X_Shopify_Shop_Domain="southwind.myshopify.com"), 403, "wrong-shop"),
        (SIGNED.telling(X_Shopify_Shop_Domain="northwind.evil.example"), 403, "wrong-shop"),
        (SIGNED.without("X-Shopify-Shop-Domain"), 403, "wrong-shop"),
        (SIGNED.without("X-Shopify-Topic"), 400, "no-topic"),
    ],
    ids=[
        "no signature",
        "an empty signature",
        "another secret",
        "a signature that is not ASCII",
        "a signature that is no base64",
        "a signature in hex",
        "a body with a byte more",
        "a body formatted anew",
        "another shop",
        "no shop's domain",
        "no domain",
        "no topic",
    ],
)
async def test_refused(receiver: RunningReceiver, odd: Delivery, status: int, reason: str) -> None:
    refused = await receiver.refused(reason)
    told = await receiver.post(odd)
    assert told.status == status
    assert await receiver.refused(reason) == refused + 1
    assert (await receiver.post(SIGNED)).status == 200
    assert [hook.body.body for hook in await receiver.stored(1)] == [SIGNED.body]


async def test_a_signature_of_raw_bytes_beyond_ascii_is_refused(receiver: RunningReceiver) -> None:
    odd = SIGNED.telling(X_Shopify_Hmac_Sha256="\xff\xfe\xe9")
    async with raw_connection(receiver.host, receiver.port) as connection:
        await connection.send(head_of(odd) + odd.body)
        assert (await connection.answer())[0] == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/hooks/shopify", 405),
        ("PUT", "/hooks/shopify", 405),
        ("POST", "/", 404),
        ("POST", "/hooks/shopify/", 404),
        ("POST", "/metrics", 404),
        ("POST", "/hooks/../hooks/other", 404),
    ],
)
async def test_another_path_or_method(receiver: RunningReceiver, method: str, path: str, status: int) -> None:
    assert (await receiver.request(method, path, SIGNED)).status == status


async def test_what_is_no_http_gets_400_and_the_next_sender_is_served(receiver: RunningReceiver) -> None:
    async with raw_connection(receiver.host, receiver.port) as connection:
        await connection.send(b"\x16\x03\x01 this is no HTTP\r\n\r\n")
        assert (await connection.answer())[0] == 400
        await connection.ended()
    assert (await receiver.post(SIGNED)).status == 200


async def test_headers_without_bound_are_refused(receiver: RunningReceiver) -> None:
    async with raw_connection(receiver.host, receiver.port) as connection:
        await connection.send(head_of(SIGNED.telling(X_Endless="x" * 100_000)) + SIGNED.body)
        assert (await connection.answer())[0] == 400
