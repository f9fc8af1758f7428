"""Which object a hook is about."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_shopify.aggregates import Aggregate, aggregate_of
from muniment_shopify.hooks import TOPICS, topic_enum
from tests.reference import HOOK_SAMPLES, needs_hook_samples

ORDER = Aggregate("order", "4783296544821")

WITHOUT_ID = {"returns__process", "product_publications__delete", "orders__risk_assessment_changed"}
"""Samples of the documentation whose body names nothing."""


@pytest.mark.parametrize(
    ("hook", "body"),
    [
        ("orders/create", {"id": 4783296544821, "admin_graphql_api_id": "gid://shopify/Order/4783296544821"}),
        ("orders/delete", {"id": 4783296544821}),
        ("orders/edited", {"order_edit": {"id": 1, "order_id": 4783296544821}}),
        (
            "orders/risk_assessment_changed",
            {"admin_graphql_api_order_id": "gid://shopify/Order/4783296544821"},
        ),
        ("orders/risk_assessment_changed", {"order_id": 4783296544821, "admin_graphql_api_order_id": None}),
        (
            "refunds/create",
            {"id": 9, "order_id": 4783296544821, "admin_graphql_api_id": "gid://shopify/Refund/9"},
        ),
        ("order_transactions/create", {"id": 9, "order_id": 4783296544821}),
        ("tender_transactions/create", {"id": 9, "order_id": 4783296544821}),
        ("fulfillments/update", {"id": 9, "order_id": 4783296544821}),
        ("fulfillment_events/create", {"id": 9, "fulfillment_id": 8, "order_id": 4783296544821}),
        ("returns/request", {"id": 9, "order": {"id": 4783296544821}}),
        ("returns/close", {"id": 9, "order_id": 4783296544821}),
        ("disputes/create", {"id": 9, "order_id": 4783296544821}),
    ],
)
def test_what_belongs_to_an_order_is_about_the_order(hook: str, body: dict[str, object]) -> None:
    assert aggregate_of(hook, body) == ORDER


@pytest.mark.parametrize(
    ("hook", "body", "expected"),
    [
        ("returns/update", {"admin_graphql_api_id": "gid://shopify/Return/7"}, Aggregate("return", "7")),
        ("disputes/update", {"id": 7, "order_id": None}, Aggregate("dispute", "7")),
        (
            "fulfillment_orders/moved",
            {
                "original_fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/7"},
                "moved_fulfillment_order": {},
            },
            Aggregate("fulfillment-order", "7"),
        ),
        (
            "fulfillment_holds/added",
            {"fulfillment_order": {"id": "gid://shopify/FulfillmentOrder/7"}},
            Aggregate("fulfillment-order", "7"),
        ),
        ("draft_orders/update", {"id": 7, "order_id": 8}, Aggregate("draft-order", "7")),
        ("customers/redact", {"shop_id": 1, "customer": {"id": 7, "email": "x"}}, Aggregate("customer", "7")),
        ("customers/redact", {"shop_id": 1, "customer": {"email": "x"}}, Aggregate("shop", "1")),
        ("customer.tags_added", {"customerId": "gid://shopify/Customer/7"}, Aggregate("customer", "7")),
        (
            "company_locations/update",
            {"admin_graphql_api_id": "g", "company": {"admin_graphql_api_id": "gid://shopify/Company/7"}},
            Aggregate("company", "7"),
        ),
        (
            "company_contact_roles/assign",
            {
                "company_contact": {"company": {"admin_graphql_api_id": "gid://shopify/Company/7"}},
                "company_location": {"admin_graphql_api_id": "gid://shopify/CompanyLocation/8"},
            },
            Aggregate("company", "7"),
        ),
        ("inventory_levels/update", {"inventory_item_id": 7}, Aggregate("inventory-item", "7")),
        ("some_new_topic/happened", {"id": "gid://shopify/Thing/7?x=1"}, Aggregate("some-new-topic", "7")),
    ],
)
def test_what_names_no_order_is_about_itself(hook: str, body: dict[str, object], expected: Aggregate) -> None:
    assert aggregate_of(hook, body) == expected


@pytest.mark.parametrize(
    "found",
    [
        None,
        True,
        1.5,
        "",
        [],
        {},
        "../../etc",
        "a b",
        "x" * 65,
        "gid://shopify/Order/",
        pytest.param(10**5000, id="5001 digits"),
    ],
)
def test_what_is_no_id_names_nothing(found: object) -> None:
    assert aggregate_of("orders/create", {"id": found}) is None


#: What the hooks of a family are about, so that all of one thing stay in order; more where bodies say less.
KINDS_BY_FAMILY: dict[str, set[str]] = {
    "orders": {"order"},
    "order_transactions": {"order"},
    "tender_transactions": {"order"},
    "refunds": {"order"},
    "fulfillments": {"order"},
    "fulfillment_events": {"order"},
    "returns": {"order", "return"},
    "reverse_deliveries": {"return"},
    "reverse_fulfillment_orders": {"reverse-fulfillment-order"},
    "disputes": {"order"},
    "payment_schedules": {"payment-terms"},
    "payment_terms": {"payment-terms"},
    "fulfillment_orders": {"fulfillment-order"},
    "fulfillment_holds": {"fulfillment-order"},
    "draft_orders": {"draft-order"},
    "companies": {"company"},
    "company_locations": {"company"},
    "company_contacts": {"company"},
    "company_contact_roles": {"company"},
    "customers": {"customer"},
    "customer": {"customer"},
    "customers_email_marketing_consent": {"customer"},
    "customers_marketing_consent": {"customer"},
    "customers_whats_app_marketing_consent": {"customer"},
    "products": {"product"},
    "product_publications": {"product"},
    "metaobjects": {"metaobject"},
    "locations": {"locations"},
    "bulk_operations": {"bulk-operations"},
    "app": {"shop"},
    "shop": {"shop"},
}

PRIVACY = ("customers/data_request", "customers/redact", "shop/redact")


@needs_hook_samples
def test_all_hooks_of_a_family_are_about_the_same_kind_of_thing() -> None:
    found: dict[str, set[str]] = {}
    for sample in sorted(HOOK_SAMPLES.glob("*.json")):
        hook = sample.stem.replace("__", "/")
        if (about := aggregate_of(hook, json.loads(sample.read_bytes()))) is not None:
            found.setdefault(re.split(r"[/.]", hook)[0], set()).add(about.kind)
    assert found == {family: KINDS_BY_FAMILY[family] for family in found}


def test_the_privacy_topics_are_known_and_cannot_be_subscribed_to_through_the_api() -> None:
    assert TOPICS.issuperset(PRIVACY)
    for topic in PRIVACY:
        with pytest.raises(KeyError):
            topic_enum(topic)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "order", "order_id", "company", "customer", "x"]), inner, max_size=4
        )
    ),
    max_leaves=10,
)


@given(
    st.sampled_from(sorted(TOPICS)) | st.text(max_size=30), st.dictionaries(st.text(max_size=10), json_values)
)
def test_any_body_is_read_without_an_exception_and_gives_parts_safe_in_a_key(
    hook: str, body: dict[str, object]
) -> None:
    found = aggregate_of(hook, {"id": body.get("id"), **body})
    if found is not None:
        assert re.fullmatch(r"[a-z][a-z0-9-]{0,31}", found.kind)
        assert re.fullmatch(r"[A-Za-z0-9._~-]{1,64}", found.id)


@needs_hook_samples
def test_every_sample_hook_names_what_it_is_about_unless_its_body_says_nothing() -> None:
    samples = sorted(HOOK_SAMPLES.glob("*.json"))
    assert len(samples) >= 81
    silent = set()
    for sample in samples:
        hook = sample.stem.replace("__", "/")
        assert hook in TOPICS
        found = aggregate_of(hook, json.loads(sample.read_bytes()))
        if found is None:
            silent.add(sample.stem)
        elif hook.startswith(("orders/", "refunds/", "fulfillments/", "order_transactions/")):
            assert found.kind == "order", hook
    assert silent == WITHOUT_ID
