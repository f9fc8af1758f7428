"""Bodies have the keys of Shopify's samples, exact ids, and the figures of the order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache

import orjson
import pytest

from muniment_sandbox.shopify.hooks.bodies import encoded, hook_body
from muniment_sandbox.shopify.morning import STORIES, Morning
from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.ledger import Occurrence
from tests.reference import HOOK_SAMPLES, needs_hook_samples
from tests.unit.sandbox_shopify.happenings import everything_happens

ORDER_TOPICS = [
    "fulfillment_events/create",
    "fulfillments/create",
    "fulfillments/update",
    "order_transactions/create",
    "orders/cancelled",
    "orders/create",
    "orders/delete",
    "orders/edited",
    "orders/fulfilled",
    "orders/paid",
    "orders/partially_fulfilled",
    "orders/updated",
    "refunds/create",
    "tender_transactions/create",
]
TOPICS = [
    *ORDER_TOPICS,
    "app/scopes_update",
    "app/uninstalled",
    "companies/create",
    "companies/delete",
    "companies/update",
    "company_contact_roles/assign",
    "company_contact_roles/revoke",
    "company_contacts/create",
    "company_contacts/update",
    "company_locations/create",
    "company_locations/delete",
    "company_locations/update",
    "customer.tags_added",
    "customer.tags_removed",
    "customers/create",
    "customers/data_request",
    "customers/delete",
    "customers/disable",
    "customers/enable",
    "customers/merge",
    "customers/redact",
    "customers/update",
    "customers_email_marketing_consent/update",
    "customers_marketing_consent/update",
    "disputes/create",
    "disputes/update",
    "draft_orders/create",
    "draft_orders/delete",
    "draft_orders/update",
    "fulfillment_events/delete",
    "fulfillment_holds/added",
    "fulfillment_holds/released",
    "fulfillment_orders/cancelled",
    "fulfillment_orders/hold_released",
    "fulfillment_orders/merged",
    "fulfillment_orders/moved",
    "fulfillment_orders/order_routing_complete",
    "fulfillment_orders/placed_on_hold",
    "fulfillment_orders/split",
    "locations/update",
    "metaobjects/create",
    "metaobjects/delete",
    "metaobjects/update",
    "orders/risk_assessment_changed",
    "orders/shopify_protect_eligibility_changed",
    "payment_schedules/due",
    "payment_terms/create",
    "payment_terms/update",
    "products/create",
    "products/delete",
    "products/update",
    "returns/approve",
    "returns/cancel",
    "returns/close",
    "returns/decline",
    "returns/process",
    "returns/reopen",
    "returns/request",
    "returns/update",
    "reverse_deliveries/attach_deliverable",
    "reverse_fulfillment_orders/dispose",
    "shop/redact",
    "shop/update",
]
# The samples' lists are empty here, so they cannot say what their elements look like.
EMPTY_IN_SAMPLES = re.compile(
    r"\.(discount_applications|discount_codes|note_attributes|fulfillments|refunds|tax_lines|duties"
    r"|discount_allocations|properties|order_adjustments|refund_shipping_lines|attributed_staffs"
    r"|errors|updates|return_shipping_fees|exchange_line_items|payment_schedules|options|images|media)\[\]"
    r"|\.payment_terms\.|\.(current_total_additional_fees_set|current_total_duties_set"
    r"|original_total_additional_fees_set|original_total_duties_set|payment_details)\."
)


# What the samples show as null, or as a value where there is none here.
NULL_HERE_OR_THERE = re.compile(
    r"\.buyer_experience_configuration\.|\.applied_discount\.|\.replacement_fulfillment_order\."
    r"|\.held_by_app\.|\.default_address\.|\.location\.|\.remaining_fulfillment_order\."
    r"|^\.(shipping|billing)_address\.|^\.image\.|^\.fields\."
)


@cache
def bodies() -> dict[str, list[dict[str, object]]]:
    """Return the bodies of a whole morning by topic, read back from their bytes."""
    clock = SetClock(datetime(2026, 11, 23, 8, tzinfo=UTC))
    shop = seeded_shop("empty", clock=clock)
    found: dict[str, list[dict[str, object]]] = {}

    def listen(occurrence: Occurrence) -> None:
        found.setdefault(occurrence.topic, []).append(orjson.loads(encoded(hook_body(occurrence, shop))))

    shop.listeners.append(listen)
    for step in Morning(5, len(STORIES)).steps():
        step.act(shop)
    shop.delete_order(next(iter(shop.orders.values())))
    everything_happens(shop, clock)
    return found


def left_out(topic: str, path: str) -> bool:
    """Return whether the sample says nothing about this key."""
    if EMPTY_IN_SAMPLES.search(path):
        return True
    return topic not in ORDER_TOPICS and NULL_HERE_OR_THERE.search(path) is not None


def paths(value: object, path: str = "") -> Iterator[str]:
    """Yield the path of every key, lists as ``[]``."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}.{key}"
            yield from paths(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from paths(inner, f"{path}[]")


def numbers(value: object) -> Iterator[tuple[int, str]]:
    """Yield every id beside its global id."""
    if isinstance(value, dict):
        if isinstance(value.get("admin_graphql_api_id"), str) and isinstance(value.get("id"), int):
            yield value["id"], value["admin_graphql_api_id"]
        for inner in value.values():
            yield from numbers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from numbers(inner)


@needs_hook_samples
@pytest.mark.parametrize("topic", TOPICS)
def test_a_body_has_the_keys_of_the_sample(topic: str) -> None:
    sample = orjson.loads((HOOK_SAMPLES / f"{topic.replace('/', '__')}.json").read_bytes())
    wanted = {path for path in paths(sample) if not left_out(topic, path)}
    made: set[str] = set()
    for body in bodies()[topic]:
        made |= {path for path in paths(body) if not left_out(topic, path)}
        assert list(body) == list(sample)
    assert made == wanted


@pytest.mark.parametrize("topic", TOPICS)
def test_ids_are_exact_beyond_what_a_float_can_hold(topic: str) -> None:
    for body in bodies()[topic]:
        for number, gid in numbers(body):
            assert gid.endswith(f"/{number}")
            assert number > 2**53
            assert int(float(number)) != number or number % 2**7 == 0


def test_an_order_tells_its_total_in_both_currencies_and_its_moment_with_the_shops_offset() -> None:
    foreign = [body for body in bodies()["orders/create"] if body["presentment_currency"] != body["currency"]]
    for body in foreign:
        bag = body["total_price_set"]
        assert isinstance(bag, dict)
        assert body["total_price"] == bag["shop_money"]["amount"]
        assert bag["presentment_money"]["currency_code"] == body["presentment_currency"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00", str(body["created_at"]))
    assert foreign


def test_an_order_paid_in_the_same_moment_is_created_as_paid() -> None:
    statuses = {body["financial_status"] for body in bodies()["orders/create"]}
    assert {"paid", "authorized", "pending"} <= statuses


def test_an_edit_tells_only_what_changed() -> None:
    edits = [body["order_edit"] for body in bodies()["orders/edited"]]
    changes = {bool(edit["line_items"]["additions"]) for edit in edits if isinstance(edit, dict)}
    assert changes == {True, False}


def test_a_deleted_order_leaves_only_its_id() -> None:
    assert [list(body) for body in bodies()["orders/delete"]] == [["id"]]


def test_unicode_names_are_sent_as_they_are() -> None:
    names = {
        str(line["title"])
        for body in bodies()["orders/create"]
        for line in body["line_items"]  # type: ignore[attr-defined]  # a list in every sample
    }
    assert any("抹茶" in name for name in names)
    assert any("„Goethe“" in name for name in names)
