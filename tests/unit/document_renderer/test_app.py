"""What is said of a produced document, and what happens to an event that cannot be answered."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

import orjson

from muniment_contracts.topics import Topic
from tests.builders.events import order_change
from tests.unit.document_renderer.desk import Desk, changed, money, refund
from tests.unit.document_renderer.orders import Draft, Given, Line, canonical, transaction

PAID = Draft(payments=[transaction(minutes=60 * 24)])


async def test_an_invoice_says_all_the_archive_must_know(desk: Desk) -> None:
    event = changed("order.paid", PAID, minutes=60 * 24)
    await desk.harness.hears(event)
    produced = next(found for found in desk.harness.published if found.body.kind == "invoice")
    body = produced.body
    assert produced.topic is Topic.DOCUMENTS_PRODUCED
    assert (produced.key, produced.subject, produced.causation_id) == (event.key, event.subject, event.id)
    assert (body.kind, body.sort, body.number) == ("invoice", "issued", "INV-1001")
    assert (body.name, body.title, body.language) == ("Invoice INV-1001.pdf", "Invoice INV-1001", "en")
    assert body.media_type == "application/pdf"
    assert body.business_date == date(2026, 3, 3)
    assert body.content_sha256 == hashlib.sha256(body.content or b"").hexdigest()
    assert body.size_bytes == len(body.content or b"")
    assert (body.origin_event_id, body.origin_event_type) == (event.id, "order.paid")
    assert body.template_version.startswith("v1-")


async def test_the_workspace_is_named_and_described(desk: Desk) -> None:
    await desk.hears("order.paid", PAID.but(customer="Anna/Maria  Schmidt:\u202e"))
    workspace = desk.document("INV-1001").workspace
    assert (workspace.business_object_type, workspace.business_object_id) == ("order", "northwind.5001")
    assert workspace.name == "#1001 Anna-Maria Schmidt-"
    assert workspace.updated_at == datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert workspace.attributes == {
        "Shop": "northwind",
        "Order id": "5001",
        "Order name": "#1001",
        "Customer": "Anna/Maria  Schmidt:\u202e",
        "Currency": "EUR",
        "Total": "105.90",
        "Financial status": "PAID",
        "Fulfilment status": "UNFULFILLED",
        "Ordered at": "2026-03-02T09:00:00.000Z",
        "Updated at": "2026-03-02T12:00:00.000Z",
    }


async def test_the_source_event_keeps_what_was_told(desk: Desk) -> None:
    await desk.hears("order.updated", PAID)
    (body,) = desk.source_events
    kept = orjson.loads(body.content or b"")
    assert kept["snapshot"] == PAID.build()
    assert kept["change"]["hooks"] == [
        {"hook": "orders/updated", "webhook_id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043"}
    ]
    assert kept["event"]["id"] == body.origin_event_id
    assert body.name == f"20260302T090000Z order.updated {body.number.rpartition('-')[2]}.json"
    assert hashlib.sha256(canonical(kept["snapshot"])).hexdigest() == kept["snapshot_sha256"]


async def test_an_order_that_is_gone_leaves_its_source_event_only(desk: Desk) -> None:
    await desk.harness.hears(order_change("order.deleted", state="gone"))
    (body,) = desk.produced
    assert (body.kind, body.number.startswith("EVT-1001-")) == ("source-event", True)
    assert orjson.loads(body.content or b"")["snapshot"] is None
    assert body.workspace.attributes == {"Shop": "northwind", "Order id": "5001", "Order name": "#1001"}


async def test_the_same_event_gives_the_same_records_again(desk: Desk) -> None:
    event = changed("order.paid", PAID)
    await desk.harness.hears(event)
    first = list(desk.harness.published)
    await desk.harness.hears(event)
    assert desk.harness.published == first * 2


async def test_a_large_document_travels_by_the_blob_store() -> None:
    desk = Desk(inline_limit_bytes=1000)
    await desk.hears("order.paid", PAID)
    body = desk.document("INV-1001")
    assert body.content is None
    assert body.blob is not None
    content = await desk.blobs.get(body.blob)
    assert hashlib.sha256(content).hexdigest() == body.content_sha256


async def test_figures_that_do_not_add_up_are_a_dead_letter_that_names_the_difference(desk: Desk) -> None:
    snapshot = PAID.build()
    snapshot["order"]["totalPriceSet"]["presentmentMoney"]["amount"] = "105.89"
    await desk.harness.hears(order_change("order.paid", snapshot=canonical(snapshot)))
    assert desk.produced == []
    assert "totalPriceSet" in desk.rejections[0]
    assert "a difference of 0.01 EUR" in desk.rejections[0]
    assert "Schmidt" not in desk.rejections[0]


async def test_a_snapshot_of_another_order_is_a_dead_letter(desk: Desk) -> None:
    await desk.harness.hears(order_change("order.paid", snapshot=PAID.but(id="6001").bytes()))
    assert "order.id is not the order" in desk.rejections[0]


async def test_a_change_for_other_readers_calls_for_nothing_even_when_its_order_is_not_known(
    desk: Desk,
) -> None:
    await desk.hears("hold.placed", PAID)
    await desk.harness.hears(order_change("hold.released", state="gone", order_name=""))
    assert (desk.produced, desk.rejections) == ([], [])


async def test_all_documents_of_a_change_are_dated_by_their_own_fact(desk: Desk) -> None:
    order = Draft(payments=[transaction(minutes=60 * 24)], refunds=[Given({0: 1}, minutes=60 * 72)])
    await desk.hears("order.created", order)
    await desk.hears("payment.recorded", order, money(1))
    await desk.hears("refund.created", order, refund(0))
    assert [desk.document(number).business_date.day for number in desk.documents] == [2, 3, 5]


async def test_prefixes_are_settings() -> None:
    desk = Desk(number_prefixes={"invoice": "RE"})
    await desk.hears("order.paid", PAID)
    assert desk.documents == ["RE-1001"]


async def test_the_buyers_language_is_used_and_the_files_name_is_not_in_it(desk: Desk) -> None:
    await desk.hears("order.paid", PAID.but(locale="de-AT", lines=[Line(title="Tisch")]))
    body = desk.document("INV-1001")
    assert (body.title, body.language, body.name) == ("Rechnung INV-1001", "de", "Invoice INV-1001.pdf")
