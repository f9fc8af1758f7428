"""A body too large for a record lies in the blob store, and comes back byte for byte or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_kit.blobs import Blobs
from shopify_ingest.hook_bodies import HookBodyMissing, body_of, with_body, with_body_apart
from tests.builders.events import at

BODY = b'{"id":5001,"note":"' + b"x" * 2000 + b'"}'


def hook() -> Event[HookReceived]:
    body = HookReceived(
        shop="northwind",
        hook="orders/create",
        webhook_id="b54557e4",
        verdict="accepted",
        received_at=at(),
        headers={},
        body=BODY,
    )
    return Event(
        topic=Topic.SHOPIFY_HOOKS,
        key="northwind/order/5001",
        id="dc6ddb66-6063-558e-88c7-af8b7b4d2b94",
        type="shopify.hook.received",
        source="shopify-ingest",
        subject="order/5001",
        time=at(),
        body=body,
        correlation_id="c",
    )


async def test_a_body_set_apart_leaves_a_small_record_and_comes_back_whole() -> None:
    blobs = Blobs("memory://")
    apart = await with_body_apart(hook(), blobs)
    assert apart.body.body == b""
    assert (apart.id, apart.key) == (hook().id, hook().key)
    assert await body_of(apart.body, blobs) == BODY
    assert await with_body(apart, blobs) == hook()


async def test_the_same_hook_delivered_twice_has_one_blob() -> None:
    blobs = Blobs("memory://")
    assert await with_body_apart(hook(), blobs) == await with_body_apart(hook(), blobs)


async def test_a_body_in_the_record_asks_no_store() -> None:
    assert await with_body(hook(), Blobs("memory://")) == hook()


async def test_a_missing_blob_may_come_back() -> None:
    apart = await with_body_apart(hook(), Blobs("memory://"))
    with pytest.raises(HookBodyMissing, match="MUNIMENT_BLOBS_URL"):
        await body_of(apart.body, Blobs("memory://"))


async def test_another_hooks_blob_is_not_taken_for_its_body() -> None:
    blobs = Blobs("memory://")
    apart = await with_body_apart(hook(), blobs)
    other = replace(apart.body, body_reference=await blobs.put("other", b"{}"))
    with pytest.raises(HookBodyMissing, match="its hash differs"):
        await body_of(other, blobs)
