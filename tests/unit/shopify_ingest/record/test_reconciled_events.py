"""An event found by asking is the one its hook would have led to, but for the hooks it names."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from muniment_contracts.events import Event
from muniment_kit.testing import ServiceHarness
from muniment_shopify.aggregates import Aggregate, aggregate_of
from muniment_shopify.orders import OrderSnapshot
from muniment_shopify.snapshots import Snapshot
from shopify_ingest.app import build_record
from shopify_ingest.record import (
    AnySnapshot,
    Subject,
    changes_of_absence,
    changes_of_state,
    reconciled_events,
)
from tests.builders.events import hook_received
from tests.builders.orders import refund, snapshot, transaction
from tests.builders.shop_objects import PaperShop
from tests.builders.snapshots import (
    company_snapshot,
    consent_snapshot,
    customer_snapshot,
    dispute_snapshot,
    draft_snapshot,
    return_snapshot,
    risk_snapshot,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ORDER = snapshot(
    financial="PAID",
    transactions=[transaction(1, "2026-03-02T09:01:00Z")],
    refunds=[refund(3, "2026-03-02T09:10:00Z")],
)
EMAIL = "customers_email_marketing_consent/update"
COMPANY = "gid://shopify/Company/901"


async def by_hook(
    hook: str, body: dict[str, Any], kind: str, id: str, found: AnySnapshot | None
) -> list[Event[Any]]:
    """Return what ``record`` publishes for one hook about the object."""
    about = aggregate_of(hook, body)
    assert about is not None
    shop = PaperShop(found) if isinstance(found, OrderSnapshot) else PaperShop()
    if isinstance(found, Snapshot):
        shop.others = {(kind, id): found}
    desk = ServiceHarness(build_record(objects=shop))
    key = f"northwind/{about.kind}/{about.id}"
    await desk.hears(hook_received(hook, body=orjson.dumps(body), key=key))
    return desk.published


def without_its_cause(event: Event[Any]) -> Event[Any]:
    body = replace(event.body, hooks=[], reconciled=True)
    return replace(event, body=body, correlation_id="", causation_id=None, traceparent=None)


@pytest.mark.parametrize(
    ("hook", "body", "kind", "id", "found"),
    [
        ("orders/create", {"id": 5001}, "order", "5001", ORDER),
        ("orders/updated", {"id": 5001}, "order", "5001", ORDER),
        ("orders/paid", {"id": 5001}, "order", "5001", ORDER),
        ("order_transactions/create", {"id": 1, "order_id": 5001}, "order", "5001", ORDER),
        ("refunds/create", {"id": 3, "order_id": 5001}, "order", "5001", ORDER),
        ("returns/request", {"id": 6001, "order": {"id": 5001}}, "return", "6001", return_snapshot()),
        ("disputes/create", {"id": 7001, "order_id": 5001}, "dispute", "7001", dispute_snapshot()),
        ("orders/risk_assessment_changed", {"order_id": 5001}, "risk", "5001", risk_snapshot((None, "LOW"))),
        ("customers/create", {"id": 801}, "customer", "801", customer_snapshot()),
        ("companies/update", {"admin_graphql_api_id": COMPANY}, "company", "901", company_snapshot()),
        ("draft_orders/create", {"id": 951}, "draft-order", "951", draft_snapshot()),
        (EMAIL, {"customer_id": 801}, "consent", "801", consent_snapshot()),
    ],
)
async def test_the_same_state_gives_the_same_event(
    hook: str, body: dict[str, Any], kind: str, id: str, found: AnySnapshot
) -> None:
    told = await by_hook(hook, body, kind, id, found)
    subject = Subject(shop="northwind", about=Aggregate(kind, id), snapshot=found)
    asked = {event.id: event for event in reconciled_events(changes_of_state(subject, LONG_AGO), subject)}
    assert told
    for event in told:
        assert without_its_cause(event) == without_its_cause(asked[event.id])


@pytest.mark.parametrize(
    ("hook", "body", "kind", "id"),
    [
        ("orders/delete", {"id": 5001}, "order", "5001"),
        ("customers/delete", {"id": 801}, "customer", "801"),
        ("companies/delete", {"admin_graphql_api_id": COMPANY}, "company", "901"),
        ("draft_orders/delete", {"id": 951}, "draft-order", "951"),
    ],
)
async def test_a_deletion_found_by_asking_is_the_one_its_hook_tells(
    hook: str, body: dict[str, Any], kind: str, id: str
) -> None:
    (told,) = await by_hook(hook, body, kind, id, None)
    subject = Subject(shop="northwind", about=Aggregate(kind, id))
    (asked,) = reconciled_events(changes_of_absence(kind, told.time), subject)
    assert without_its_cause(told) == without_its_cause(asked)
