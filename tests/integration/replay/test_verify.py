"""Verify: the same comes out, or what differs is named."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from muniment_contracts.topics import Topic
from muniment_ecm.filing_plan import FilingOutcome
from muniment_ops.replay.verify_report import examine_report
from muniment_shopify.aggregates import Aggregate
from tests.builders.events import document_produced
from tests.builders.orders import refund, snapshot, transaction
from tests.builders.snapshots import fulfillment_orders
from tests.integration.replay.yesterday import Yesterday, delivered, differences, lines
from tests.unit.document_renderer.desk import changed
from tests.unit.document_renderer.orders import Draft
from tests.unit.document_renderer.orders import transaction as payment

PAID = Draft(payments=(payment(),))


async def test_documents_come_out_byte_for_byte(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.rendered(
        changed("order.created", Draft()),
        changed("order.paid", PAID),
        changed("order.created", Draft(name="#1002", id="5002")),
    )
    manifest = await yesterday.replay(Topic.COMMERCE_ORDERS, tmp_path / "report")
    assert manifest["counts"] == {
        "read": 3, "matched": 3, "mismatched": 0, "published": 0, "filtered": 0, "gaps": 0
    }  # fmt: skip
    assert sum(len(line["answers"]) for line in lines(tmp_path / "report")) >= 6
    assert examine_report(tmp_path / "report").is_sound


async def test_a_seller_who_moved_differs_in_the_documents_and_is_told_field_by_field(
    yesterday: Yesterday, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await yesterday.rendered(changed("order.paid", PAID))
    monkeypatch.setenv("DOCUMENT_RENDERER_SELLER_ADDRESS_LINES", '["Am Markt 1"]')
    manifest = await yesterday.replay(Topic.COMMERCE_ORDERS, tmp_path)
    assert manifest["counts"]["mismatched"] == 1
    (found,) = differences(tmp_path)
    fields = {field["field"]: field for field in found["fields"]}
    assert found["what"] == "invoice INV-1001 is not as it was published."
    assert "first different byte" in fields["body.content"]["now"]
    assert fields["body.content_sha256"]["then"] != fields["body.content_sha256"]["now"]


async def test_a_document_that_was_never_published_is_named(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.tell(changed("order.paid", PAID))
    manifest = await yesterday.replay(Topic.COMMERCE_ORDERS, tmp_path)
    assert manifest["reasons"] == {"mismatched: not-published": 1}
    assert "invoice INV-1001 was not published." in [found["what"] for found in differences(tmp_path)]


async def test_a_document_that_nothing_leads_to_any_more_is_named(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    change = changed("order.paid", PAID)
    await yesterday.rendered(change)
    await yesterday.tell(document_produced("INV-9999", origin=change))
    manifest = await yesterday.replay(Topic.COMMERCE_ORDERS, tmp_path)
    assert manifest["reasons"] == {"mismatched: not-produced": 1}
    (found,) = differences(tmp_path)
    assert found["what"] == "invoice INV-9999 was published, and is not produced now."


async def test_one_change_delivered_with_two_snapshots_matches_both_times(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    first = changed("order.paid", PAID)
    later = replace(first, body=changed("order.paid", PAID.but(po_number="PO-7")).body)
    await yesterday.rendered(first, later, first)
    manifest = await yesterday.replay(Topic.COMMERCE_ORDERS, tmp_path)
    assert manifest["reasons"] == {"matched: delivered-more-than-once": 3}


async def test_the_other_delivery_may_be_outside_the_window(yesterday: Yesterday, tmp_path: Path) -> None:
    first = changed("order.paid", PAID)
    later = replace(first, body=changed("order.paid", PAID.but(po_number="PO-7")).body)
    await yesterday.rendered(first, later)
    whole = await yesterday.plan(Topic.COMMERCE_ORDERS)
    (window,) = [window for window in whole.windows if window.end]
    plan = await yesterday.plan(Topic.COMMERCE_ORDERS, partitions=[window.partition], from_offset=1)
    manifest = await yesterday.run(plan, tmp_path)
    assert manifest["counts"]["read"] == manifest["counts"]["matched"] == 1


async def test_receipts_of_every_legitimate_outcome_match(yesterday: Yesterday, tmp_path: Path) -> None:
    document = document_produced("INV-1001")
    await yesterday.filed(document)
    yesterday.archive.outcome = FilingOutcome.ALREADY_FILED
    await yesterday.filed(document)
    yesterday.archive.outcome = FilingOutcome.KEPT
    yesterday.archive.read_back = hashlib.sha256(b"what was issued before").hexdigest()
    await yesterday.filed(document_produced("INV-1002", content=b"%PDF-1.7 another"))
    manifest = await yesterday.replay(Topic.DOCUMENTS_PRODUCED, tmp_path)
    assert manifest["counts"]["matched"] == manifest["counts"]["read"] == 3


async def test_a_receipt_whose_bytes_are_not_the_documents_is_found(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    yesterday.archive.read_back = hashlib.sha256(b"something else").hexdigest()
    await yesterday.filed(document_produced("INV-1001"))
    manifest = await yesterday.replay(Topic.DOCUMENTS_PRODUCED, tmp_path)
    assert manifest["counts"]["mismatched"] == 1
    assert differences(tmp_path)[0]["what"].startswith("What was read back from the ECM then is not")


async def test_a_document_without_receipt_is_found(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.filed(document_produced("INV-1001"))
    await yesterday.tell(document_produced("INV-1002", content=b"%PDF-1.7 lost"))
    manifest = await yesterday.replay(Topic.DOCUMENTS_PRODUCED, tmp_path)
    assert manifest["counts"]["matched"] == 1
    assert manifest["reasons"] == {"mismatched: no-receipt": 1}


async def test_hooks_come_to_the_recorded_changes_out_of_the_snapshots_of_then(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    created = delivered("orders/create", webhook_id="a")
    paid = delivered("orders/paid", webhook_id="b")
    yesterday.shop.known = snapshot(financial="PAID", transactions=[transaction(1, "2026-03-02T09:01:00Z")])
    await yesterday.recorded([created, paid])
    yesterday.shop.known = snapshot(
        financial="PAID",
        transactions=[transaction(1, "2026-03-02T09:01:00Z")],
        refunds=[refund(9, "2026-03-02T10:00:00Z")],
        updated="2026-03-02T10:00:00Z",
    )
    await yesterday.recorded([created, delivered("refunds/create", webhook_id="c", body=REFUND)])
    manifest = await yesterday.replay(Topic.SHOPIFY_HOOKS, tmp_path)
    assert manifest["counts"]["matched"] == manifest["counts"]["read"] == 4, differences(tmp_path)


async def test_a_hold_is_verified_though_its_hook_has_another_key_than_its_change(
    yesterday: Yesterday, tmp_path: Path
) -> None:
    theirs = fulfillment_orders(hold="gid://shopify/FulfillmentHold/3")
    yesterday.shop.known = snapshot()
    yesterday.shop.others = {("fulfillment-orders", "5001"): theirs}
    yesterday.shop.owners = {Aggregate("fulfillment-order", "71"): Aggregate("order", "5001")}
    held = delivered(
        "fulfillment_holds/added", webhook_id="h", key="northwind/fulfillment-order/71", body=HOLD
    )
    await yesterday.recorded([held])
    await yesterday.recorded([delivered("orders/create", webhook_id="a")])
    manifest = await yesterday.replay(Topic.SHOPIFY_HOOKS, tmp_path)
    assert manifest["counts"]["matched"] == manifest["counts"]["read"] == 2, differences(tmp_path)


async def test_a_hook_about_something_else_leads_to_nothing(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.tell(delivered("products/update", webhook_id="p", body=b'{"id":77}'))
    manifest = await yesterday.replay(Topic.SHOPIFY_HOOKS, tmp_path)
    assert manifest["reasons"] == {"matched: kept-only": 1}


async def test_a_hook_without_recorded_change_is_found(yesterday: Yesterday, tmp_path: Path) -> None:
    await yesterday.tell(delivered("orders/create", webhook_id="a"))
    manifest = await yesterday.replay(Topic.SHOPIFY_HOOKS, tmp_path)
    assert manifest["reasons"] == {"mismatched: not-recorded": 1}


async def test_a_change_that_the_hooks_do_not_lead_to_is_found(yesterday: Yesterday, tmp_path: Path) -> None:
    yesterday.shop.known = snapshot()
    await yesterday.recorded([delivered("orders/create", webhook_id="a")])
    plan = await yesterday.plan(Topic.SHOPIFY_HOOKS)
    assert (await yesterday.run(plan, tmp_path / "first"))["counts"]["matched"] == 1
    yesterday.shop.known = snapshot(name="#1002")
    await yesterday.recorded([delivered("orders/create", webhook_id="a")])
    forged = [delivered("orders/cancelled", webhook_id="b")]
    await yesterday.tell(*forged)
    manifest = await yesterday.replay(Topic.SHOPIFY_HOOKS, tmp_path / "second")
    assert manifest["reasons"] == {"mismatched: not-recorded": 1}


HOLD = (
    b'{"fulfillment_order":{"id":"gid://shopify/FulfillmentOrder/71"},'
    b'"fulfillment_hold":{"id":"gid://shopify/FulfillmentHold/3"}}'
)
REFUND = b'{"id":9,"order_id":5001}'
