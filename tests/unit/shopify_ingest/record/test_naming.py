"""What is named of returns, disputes, risks, accounts, consents, drafts and fulfilment orders.

A fact has the same identity whether a hook announced it or the state was found by asking.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_contracts.bodies import RiskChange
from muniment_shopify.aggregates import Aggregate
from muniment_shopify.snapshots import Snapshot
from shopify_ingest.record import (
    AnySnapshot,
    Subject,
    changes_of_absence,
    changes_of_state,
    event_id,
    reconciled_events,
)
from shopify_ingest.record.change import Change
from shopify_ingest.record.gone import DELETIONS
from shopify_ingest.record.hook import Hook
from shopify_ingest.record.outcomes import OUTCOMES, outcome_of
from shopify_ingest.record.recorders import RECORDERS, changes_by_hooks
from tests.builders.orders import edit, fulfillment, refund, snapshot, transaction
from tests.builders.snapshots import (
    company_snapshot,
    consent_snapshot,
    customer_snapshot,
    dispute_snapshot,
    draft_snapshot,
    fulfillment_orders,
    return_snapshot,
    risk_snapshot,
)

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def hook(topic: str, part: str | None = None, *, minute: int = 30, action: str = "a", **body: object) -> Hook:
    change = outcome_of(topic).change
    assert change is not None
    at = datetime(2026, 3, 2, 10, minute, tzinfo=UTC)
    return Hook(topic, change, at, part, action=action, body=body)


def subject(kind: str, found: AnySnapshot | None, *, theirs: Snapshot | None = None) -> Subject:
    about = Aggregate(kind, "5001")
    return Subject(shop="northwind", about=about, snapshot=found, fulfillment_orders=theirs)


def named(kind: str, found: Snapshot, *hooks: Hook) -> list[Change]:
    return changes_by_hooks(hooks, subject(kind, found))


def shown(kind: str, found: Snapshot) -> dict[str, Change]:
    return {change.name: change for change in changes_of_state(subject(kind, found), LONG_AGO)}


def names(changes: list[Change]) -> list[str]:
    return [change.name for change in changes]


REQUESTED = return_snapshot()
APPROVED = return_snapshot("OPEN", approved="2026-03-05T09:00:00Z", order_updated="2026-03-05T09:00:00Z")
DECLINED = return_snapshot("DECLINED", order_updated="2026-03-05T09:00:00Z")
CLOSED = return_snapshot(
    "CLOSED",
    approved="2026-03-05T09:00:00Z",
    closed="2026-03-06T09:00:00Z",
    order_updated="2026-03-06T09:00:00Z",
)


@pytest.mark.parametrize(
    ("topic", "found"),
    [
        ("returns/request", REQUESTED),
        ("returns/request", APPROVED),
        ("returns/approve", APPROVED),
        ("returns/decline", DECLINED),
        ("returns/close", CLOSED),
        ("returns/update", CLOSED),
    ],
)
def test_a_fact_of_a_return_is_the_same_by_hook_and_by_state(topic: str, found: Snapshot) -> None:
    told = hook(topic)
    assert named("return", found, told) == [shown("return", found)[told.change]]


def test_a_request_has_one_identity_from_its_first_hook_to_its_last_state() -> None:
    late = [named("return", found, hook("returns/request"))[0] for found in (REQUESTED, APPROVED, CLOSED)]
    assert len(set(late)) == 1


def test_a_return_the_shop_made_itself_was_never_requested() -> None:
    made = return_snapshot("OPEN", approved="2026-03-05T08:00:00Z")
    assert names(changes_of_state(subject("return", made), LONG_AGO)) == ["return.approved", "return.updated"]


def test_an_order_that_changed_for_other_reasons_is_no_update_of_its_return() -> None:
    before, after = (return_snapshot(order_updated=f"2026-03-0{day}T08:00:00Z") for day in (5, 9))
    first, second = (named("return", found, hook("returns/update")) for found in (before, after))
    assert first[0].identity == second[0].identity


def test_what_a_return_shows_no_trace_of_is_known_by_the_action() -> None:
    twice = [hook("returns/reopen", action="x"), hook("returns/reopen", action="x", minute=40)]
    other = hook("returns/reopen", action="y", minute=50)
    assert names(named("return", APPROVED, *twice, other)) == ["return.reopened", "return.reopened"]


def test_a_disposition_names_its_reverse_fulfilment_order() -> None:
    (change,) = named("return", APPROVED, hook("reverse_fulfillment_orders/dispose", "61"))
    assert (change.name, change.part) == ("return.disposed", "gid://shopify/ReverseFulfillmentOrder/61")


def test_a_dispute_is_opened_once_and_each_state_is_an_update() -> None:
    opened, won = dispute_snapshot(), dispute_snapshot("WON", finalized="2026-04-01T00:00:00Z")
    first, late = (named("dispute", found, hook("disputes/create")) for found in (opened, won))
    assert first == late == [shown("dispute", opened)["dispute.opened"]]
    updates = [named("dispute", found, hook("disputes/update"))[0] for found in (opened, won, won)]
    assert len({update.identity for update in updates}) == 2


def test_the_same_assessments_are_one_change_and_others_another() -> None:
    ours = "gid://shopify/App/42"
    shopifys, with_ours = risk_snapshot((None, "LOW")), risk_snapshot((None, "LOW"), (ours, "HIGH"))
    told = hook("orders/risk_assessment_changed")
    assert named("risk", shopifys, told, told) == [shown("risk", shopifys)["risk.assessed"]]
    assert named("risk", shopifys, told) != named("risk", with_ours, told)


def test_an_order_that_nobody_assessed_shows_no_assessment() -> None:
    assert shown("risk", risk_snapshot()) == {}


def test_readers_can_tell_whose_assessments_there_are() -> None:
    found = risk_snapshot((None, "LOW"), ("gid://shopify/App/42", "HIGH"), (None, "LOW"))
    (event,) = reconciled_events(changes_of_state(subject("risk", found), LONG_AGO), subject("risk", found))
    assert isinstance(event.body, RiskChange)
    assert event.body.providers == ["shopify", "gid://shopify/App/42"]


@pytest.mark.parametrize(
    ("topic", "part"),
    [
        ("companies/create", None),
        ("companies/update", None),
        ("company_locations/create", "911"),
        ("company_locations/update", "911"),
        ("company_contacts/create", "921"),
    ],
)
def test_a_fact_of_a_company_is_the_same_by_hook_and_by_state(topic: str, part: str | None) -> None:
    found = company_snapshot(location_updated="2026-03-02T09:40:00Z")
    told = hook(topic, part)
    assert named("company", found, told) == [shown("company", found)[told.change]]


def test_a_role_is_known_by_the_action_and_names_its_contact() -> None:
    found = company_snapshot()
    told = [hook("company_contact_roles/assign", "921", action=action) for action in ("x", "y", "x")]
    changes = named("company", found, *told)
    assert {change.part for change in changes} == {"gid://shopify/CompanyContact/921"}
    assert len(changes) == 2


def test_a_merge_names_the_customer_that_is_gone_and_one_that_failed_is_no_merge() -> None:
    found = customer_snapshot()
    (merged,) = named("customer", found, hook("customers/merge", "802", status="completed"))
    assert (merged.name, merged.part) == ("customer.merged", "gid://shopify/Customer/802")
    assert names(named("customer", found, hook("customers/merge", "802", status="failed"))) == [
        "customer.updated"
    ]


def test_a_consent_is_known_by_channel_state_and_time() -> None:
    found = consent_snapshot(email="SUBSCRIBED", sms="UNSUBSCRIBED")
    email, sms = (
        hook("customers_email_marketing_consent/update"),
        hook("customers_marketing_consent/update"),
    )
    by_state = changes_of_state(subject("consent", found), LONG_AGO)
    assert {c.identity for c in named("consent", found, email, sms, email)} == {c.identity for c in by_state}
    assert {change.identity[1:3] for change in by_state} == {("email", "SUBSCRIBED"), ("sms", "UNSUBSCRIBED")}


def test_a_completed_draft_says_so_though_no_hook_does() -> None:
    found = draft_snapshot(completed="2026-03-02T09:30:00Z", updated="2026-03-02T09:30:00Z")
    changes = named("draft-order", found, hook("draft_orders/update"))
    assert names(changes) == ["draft.completed", "draft.updated"]
    assert {c.identity for c in changes} <= {c.identity for c in shown("draft-order", found).values()}


def test_holds_are_known_by_their_own_id_by_both_of_their_hooks_and_by_the_state() -> None:
    gid = "gid://shopify/FulfillmentHold/3"
    theirs = fulfillment_orders(hold=gid)
    held = subject("order", snapshot(), theirs=theirs)
    told = [hook("fulfillment_holds/added", "3"), hook("fulfillment_orders/placed_on_hold", "3", minute=31)]
    (placed,) = changes_by_hooks(told, held)
    by_state = {change.name: change for change in changes_of_state(held, LONG_AGO)}
    assert placed.identity == by_state["hold.placed"].identity == ("hold.placed", gid)


def test_a_routed_fulfilment_order_is_the_same_by_hook_and_by_state() -> None:
    routed = subject("order", snapshot(), theirs=fulfillment_orders())
    (change,) = changes_by_hooks([hook("fulfillment_orders/order_routing_complete", "71")], routed)
    assert change in changes_of_state(routed, LONG_AGO)


def test_only_what_happened_since_then_is_shown_and_always_the_update() -> None:
    order = snapshot(
        transactions=[transaction(1, "2026-03-02T09:01:00Z"), transaction(2, "2026-03-02T09:20:00Z")],
        refunds=[refund(3, "2026-03-02T09:25:00Z")],
    )
    since = datetime(2026, 3, 2, 9, 20, tzinfo=UTC)
    found = [(change.name, change.part) for change in changes_of_state(subject("order", order), since)]
    assert found == [
        ("payment.recorded", "gid://shopify/OrderTransaction/2"),
        ("refund.created", "gid://shopify/Refund/3"),
        ("order.updated", None),
    ]


@pytest.mark.parametrize("kind", sorted(DELETIONS))
def test_an_absence_has_the_identity_of_the_deletion(kind: str) -> None:
    topic = next(each.pattern for each in OUTCOMES if each.change == DELETIONS[kind])
    by_hook = changes_by_hooks([hook(topic)], subject(kind, None))
    by_asking = changes_of_absence(kind, datetime(2026, 9, 1, tzinfo=UTC))
    ids = [{event_id(subject(kind, None), c) for c in changes} for changes in (by_hook, by_asking)]
    assert ids[0] == ids[1]
    assert len(ids[0]) == 1


def test_of_a_kind_that_cannot_be_deleted_an_absence_says_nothing() -> None:
    assert changes_of_absence("return", LONG_AGO) == []


ORDER_HOOKS = [
    hook("orders/create"),
    hook("orders/paid"),
    hook("orders/updated"),
    hook("orders/edited"),
    hook("order_transactions/create", "1"),
    hook("refunds/create", "3"),
    hook("fulfillments/create", "7"),
    hook("fulfillments/update", "7"),
    hook("fulfillment_events/create", "9", status="failure", happened_at="2026-03-02T09:30:00Z"),
]
WHOLE = snapshot(
    financial="PAID",
    transactions=[transaction(1, "2026-03-02T09:01:00Z")],
    edits=[edit(2, "2026-03-02T09:05:00Z")],
    refunds=[refund(3, "2026-03-02T09:10:00Z")],
    fulfillments=[fulfillment(7, "2026-03-02T09:12:00Z")],
)


@given(
    st.lists(st.sampled_from(ORDER_HOOKS), min_size=1).flatmap(
        lambda h: st.tuples(st.just(h), st.permutations(h))
    )
)
def test_neither_order_nor_repetition_of_hooks_matters(told: tuple[list[Hook], list[Hook]]) -> None:
    one, other = (changes_by_hooks([*hooks, *hooks], subject("order", WHOLE)) for hooks in told)
    assert one == other
    assert len({change.identity for change in one}) == len(one)


@given(st.lists(st.sampled_from(ORDER_HOOKS), min_size=1), st.integers(0, 8))
def test_hooks_together_name_what_they_name_apart(told: list[Hook], cut: int) -> None:
    whole = changes_by_hooks(told, subject("order", WHOLE))
    parts = [changes_by_hooks(part, subject("order", WHOLE)) for part in (told[:cut], told[cut:]) if part]
    assert {change.identity for change in whole} == {c.identity for part in parts for c in part}


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("failure", "delivery.failed"),
        ("delayed", "delivery.delayed"),
        ("attempted_delivery", "delivery.attempted"),
        ("in_transit", "delivery.reported"),
        (None, "delivery.reported"),
    ],
)
def test_delivery_exceptions_are_named(status: str | None, name: str) -> None:
    told = hook("fulfillment_events/create", "9", status=status)
    assert names(changes_by_hooks([told], subject("order", WHOLE))) == [name]


def test_every_kind_names_something_of_its_state() -> None:
    found: dict[str, AnySnapshot] = {
        "order": WHOLE,
        "return": REQUESTED,
        "dispute": dispute_snapshot(),
        "risk": risk_snapshot((None, "LOW")),
        "customer": customer_snapshot(),
        "company": company_snapshot(),
        "consent": consent_snapshot(),
        "draft-order": draft_snapshot(),
    }
    assert found.keys() == RECORDERS.keys()
    for kind, each in found.items():
        assert changes_of_state(subject(kind, each), LONG_AGO), kind
