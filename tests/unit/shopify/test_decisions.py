"""Decisions that Shopify does not carry out as they are: too late, not there, changed by others, refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from muniment_kit.http import OutcomeUnknown
from muniment_sandbox.shopify.state.fulfillment_orders import FulfillmentOrder
from muniment_sandbox.shopify.state.holding import HoldWish
from muniment_shopify.cancelling import cancel_order, cancellation_of
from muniment_shopify.consents import request_erasure
from muniment_shopify.drafts import complete_draft, draft_of, send_draft_invoice
from muniment_shopify.errors import (
    AccessDenied,
    ChangeNotDone,
    ChangeRefused,
    ObjectGone,
    QueryRefused,
    StateForbids,
)
from muniment_shopify.gids import gid, number_in
from muniment_shopify.holds import fulfillment_orders, hold_handle, hold_order, release_order
from muniment_shopify.money import Money
from muniment_shopify.order_marks import note_on_order
from muniment_shopify.payments import capture, payments_of, void
from muniment_shopify.refunds import RefundLine, RefundTransfer, refund_order, suggested_refund
from muniment_shopify.returns import (
    ProcessedLine,
    approve_return,
    most_refundable,
    process_return,
    return_of,
)
from muniment_shopify.risks import RiskFact, assess_risk, risk_of
from muniment_shopify.ways_back import return_reasons, returnable_items
from tests.unit.shopify.order_changes import HANDLE, euros
from tests.unit.shopify.scenes import at


async def test_an_order_without_fulfilment_orders_is_held_later() -> None:
    each = at("shop")
    outcome = await hold_order(each.client, each.ids["Order"], HANDLE)
    assert (outcome.held, outcome.is_routed, outcome.is_complete) == ((), False, False)


async def test_every_part_of_an_order_is_held_and_what_was_split_off_too() -> None:
    each = at("holds")
    first = each.stage.order.fulfillment_orders[0]
    each.stage.shop.release_holds(first)
    second = each.stage.shop.split_fulfillment_order(first, [(first.lines[0], 2)])
    outcome = await hold_order(each.client, each.ids["Order"], HANDLE)
    assert set(outcome.held) == {first.id, second.id}
    third = each.stage.shop.split_fulfillment_order(first, [(first.lines[0], 1)])
    assert set((await hold_order(each.client, each.ids["Order"], HANDLE)).held) >= {third.id}


async def test_what_cannot_be_held_any_more_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    each = at("holds")
    target = each.stage.order.fulfillment_orders[0]
    each.stage.shop.release_holds(target)
    monkeypatch.setattr(FulfillmentOrder, "supported_actions", [])
    outcome = await hold_order(each.client, each.ids["Order"], HANDLE)
    assert (outcome.held, outcome.too_late, outcome.is_complete) == ((), (target.id,), False)


async def test_what_is_sent_whole_needs_no_hold() -> None:
    each = at("holds")
    each.stage.shop.release_holds(each.stage.order.fulfillment_orders[0])
    each.stage.shop.fulfil(each.stage.order)
    outcome = await hold_order(each.client, each.ids["Order"], HANDLE)
    assert (outcome.held, outcome.too_late) == ((), ())


async def test_what_gets_too_late_while_it_is_held_is_said_too(monkeypatch: pytest.MonkeyPatch) -> None:
    each = at("holds")
    each.stage.shop.release_holds(each.stage.order.fulfillment_orders[0])
    found = await fulfillment_orders(each.client, each.ids["Order"])
    each.stage.shop.fulfil(each.stage.order)
    monkeypatch.setattr("muniment_shopify.holds.fulfillment_orders", lambda *_: _as_read(found))
    assert (await hold_order(each.client, each.ids["Order"], HANDLE)).too_late


async def _as_read(found: object) -> object:
    return found


async def test_an_eleventh_hold_of_the_app_is_refused() -> None:
    each = at("holds")
    app = each.stage.shop.installation.app
    target = each.stage.order.fulfillment_orders[0]
    for number in range(9):
        each.stage.shop.hold(target, HoldWish(reason="OTHER", handle=f"h{number}", app=app))
    with pytest.raises(ChangeRefused) as refused:
        await hold_order(each.client, each.ids["Order"], HANDLE)
    assert refused.value.codes == ("FULFILLMENT_ORDER_HOLD_LIMIT_REACHED",)


async def test_only_our_own_hold_is_released() -> None:
    each = at("holds")
    target = each.stage.order.fulfillment_orders[0]
    app = each.stage.shop.installation.app
    each.stage.shop.hold(target, HoldWish(reason="OTHER", handle=HANDLE, app=app))
    each.stage.shop.hold(target, HoldWish(reason="HIGH_RISK_OF_FRAUD", handle=HANDLE))
    assert len(await release_order(each.client, each.ids["Order"], HANDLE)) == 1
    assert [(hold.handle, hold.held_by_app is app) for hold in target.holds] == [
        ("earlier", True),
        (HANDLE, False),
    ]
    assert await release_order(each.client, each.ids["Order"], HANDLE) == ()


async def test_a_hold_that_is_not_ours_by_name_is_never_touched() -> None:
    each = at("holds")
    for act in (hold_order, release_order):
        with pytest.raises(ValueError, match="ecm:"):
            await act(each.client, each.ids["Order"], "earlier")
    assert hold_handle("approval", "1001") == "ecm:approval:1001"
    with pytest.raises(ValueError, match="64"):
        hold_handle("a" * 80, "1")


async def test_a_cancelled_order_is_not_cancelled_again() -> None:
    each = at("orders/refund_create")
    each.stage.shop.cancel(each.stage.order)
    done = await cancel_order(each.client, each.ids["Order"], reason="FRAUD", restock=True, refund=False)
    assert not done.is_new
    assert each.peer.changes == []
    with pytest.raises(ObjectGone):
        await cancellation_of(each.client, gid("Order", 1))


async def test_an_order_with_open_returns_is_not_cancelled() -> None:
    each = at("returns/return_process")
    with pytest.raises(ChangeRefused, match="order_cancel"):
        await cancel_order(each.client, each.ids["Order"], reason="OTHER", restock=False, refund=False)


async def test_a_cancellation_that_takes_long_is_looked_at_again() -> None:
    each = at("orders/refund_create")
    each.stage.shop.cancel_delay_s = 3600
    for _ in range(2):
        with pytest.raises(ChangeNotDone, match="still cancelling"):
            await cancel_order(
                each.client, each.ids["Order"], reason="OTHER", restock=False, refund=False, clock=each.clock
            )
    each.stage.clock.advance(7200)
    done = await cancel_order(each.client, each.ids["Order"], reason="OTHER", restock=False, refund=False)
    assert not done.is_new


async def test_what_is_captured_up_to_the_total_is_not_captured_again() -> None:
    each = at("orders/order_capture")
    order, payment = each.ids["Order"], each.ids["OrderTransaction"]
    first = await capture(each.client, order, payment, euros("10.00"))
    assert first.made is not None
    for total in ("10.00", "5.00"):
        again = await capture(each.client, order, payment, euros(total))
        assert (again.total, again.made) == (euros("10.00"), None)
    payments = await payments_of(each.client, order)
    assert [str(one.amount.amount) for one in payments if one.kind == "CAPTURE"] == ["10.00"]
    with pytest.raises(ChangeRefused):  # this gateway lets an authorisation be captured once
        await capture(each.client, order, payment, euros("25.00"))
    with pytest.raises(StateForbids):
        await void(each.client, order, payment)


async def test_a_pending_capture_is_waited_for() -> None:
    each = at("orders/order_capture")
    order, payment = each.ids["Order"], each.ids["OrderTransaction"]
    await capture(each.client, order, payment, euros("10.00"))
    each.stage.order.payments[-1].status = "PENDING"
    with pytest.raises(ChangeNotDone, match="gateway"):
        await capture(each.client, order, payment, euros("20.00"))


async def test_more_than_was_authorised_is_refused() -> None:
    each = at("orders/order_capture")
    with pytest.raises(ChangeRefused):
        await capture(each.client, each.ids["Order"], each.ids["OrderTransaction"], euros("100000.00"))


async def test_a_refund_with_the_same_key_and_other_lines_is_not_made() -> None:
    each = at("orders/refund_create")
    payment = each.stage.order.payments[0]

    async def give(effect: str, amount: str) -> str:
        transfer = RefundTransfer(payment=payment.id, gateway=payment.gateway, amount=euros(amount))
        return (await refund_order(each.client, each.ids["Order"], effect, transfers=[transfer])).gid

    first = await give("e1", "1.00")
    assert await give("e1", "2.00") == first  # the note says that it was made
    each.stage.order.refund_records[0].note = "rewritten"
    with pytest.raises(QueryRefused):
        await give("e1", "2.00")
    assert await give("e2", "2.00") != first


async def test_shopify_says_what_it_would_refund() -> None:
    each = at("orders/refund_create")
    line = RefundLine(line_item=each.ids["LineItem"], quantity=1)
    some = await suggested_refund(each.client, each.ids["Order"], [line])
    everything = await suggested_refund(each.client, each.ids["Order"], full=True)
    assert Decimal(0) < some.total.amount < everything.total.amount == everything.most.amount
    assert {each.payment for each in everything.transfers} == {each.stage.order.payments[0].id}
    with pytest.raises(ObjectGone):
        await suggested_refund(each.client, gid("Order", 1), full=True)


async def test_a_declined_request_cannot_be_approved() -> None:
    each = at("returns/return_approve_request")
    found = next(iter(each.stage.order.returns))
    each.stage.shop.decline_return(found, "OTHER", None)
    with pytest.raises(ChangeRefused):
        await approve_return(each.client, each.ids["Return"])


async def test_a_return_processed_by_others_is_not_processed_on_top() -> None:
    each = at("returns/return_process")
    line = each.ids["ReturnLineItem"]
    with pytest.raises(StateForbids, match="otherwise"):
        await process_return(
            each.client, each.ids["Return"], [ProcessedLine(line=line, quantity=1, before=3)]
        )
    with pytest.raises(ValueError, match="lines"):
        await process_return(each.client, each.ids["Return"], [])
    with pytest.raises(ObjectGone):
        await return_of(each.client, gid("Return", 1))


async def test_what_may_come_back_and_why_is_asked_for() -> None:
    each = at("returns/return_create")
    items = await returnable_items(each.client, each.ids["Order"])
    assert {item.fulfillment_line_item for item in items} >= {each.ids["FulfillmentLineItem"]}
    assert {reason.gid for reason in await return_reasons(each.client)} >= {
        each.ids["ReturnReasonDefinition"]
    }
    other = at("returns/return_process")
    most = await most_refundable(other.client, other.ids["Return"], {other.ids["ReturnLineItem"]: 1})
    assert most.amount > 0


async def test_our_own_assessment_is_told_from_others() -> None:
    each = at("disputes")
    await assess_risk(each.client, each.ids["Order"], "LOW", [RiskFact("Known buyer", "POSITIVE")])
    risk = await risk_of(each.client, each.ids["Order"])
    assert [one.level for one in risk.ours] == ["LOW"]
    assert len(risk.assessments) > 1
    with pytest.raises(ValueError, match="20"):
        await assess_risk(each.client, each.ids["Order"], "LOW", [RiskFact("x", "NEUTRAL")] * 21)


async def test_an_invoice_asked_for_later_is_sent_again() -> None:
    each = at("drafts")
    first = await send_draft_invoice(each.client, each.ids["id"], each.began_at)
    each.stage.clock.advance(3600)
    again = await send_draft_invoice(each.client, each.ids["id"], each.stage.clock.now())
    assert first.invoice_sent_at != again.invoice_sent_at
    await complete_draft(each.client, each.ids["id"])
    assert (await draft_of(each.client, each.ids["id"])).order_name
    with pytest.raises(ObjectGone):
        await draft_of(each.client, gid("DraftOrder", 1))


async def test_an_erasure_is_requested_of_a_customer_who_is_there() -> None:
    each = at("consent")
    await request_erasure(each.client, each.ids["Customer"])
    with pytest.raises(ObjectGone):
        await request_erasure(each.client, gid("Customer", 1))


async def test_a_scope_that_is_missing_is_said_and_nothing_is_decided_on_half_an_answer() -> None:
    each = at("returns/return_process", scopes=frozenset({"read_orders"}))
    with pytest.raises(AccessDenied):
        await approve_return(each.client, each.ids["Return"])
    with pytest.raises(AccessDenied):
        await note_on_order(each.client, each.ids["Order"], "Approved")


async def test_a_lost_refund_request_is_sent_again_within_the_call() -> None:
    each = at("orders/refund_create")
    payment = each.stage.order.payments[0]
    transfer = RefundTransfer(payment=payment.id, gateway=payment.gateway, amount=euros("1.00"))
    each.peer.lost_answers = 2
    made = await refund_order(each.client, each.ids["Order"], "e1", transfers=[transfer])
    assert made.total == euros("1.00")
    assert len(each.stage.order.refund_records) == 1


async def test_a_lost_cancellation_that_is_not_seen_goes_on_to_the_next_try() -> None:
    each = at("orders/refund_create")
    each.peer.lost_requests = 1
    with pytest.raises(OutcomeUnknown):
        await cancel_order(
            each.client, each.ids["Order"], reason="OTHER", restock=False, refund=False, clock=each.clock
        )
    assert each.stage.order.cancelled_at is None


def test_gids_are_made_of_numbers_only() -> None:
    assert gid("Order", "7") == "gid://shopify/Order/7"
    assert number_in("gid://shopify/MailingAddress/7?model_name=Address") == "7"
    with pytest.raises(Exception, match="number"):
        gid("Order", "7/../8")


def test_amounts_of_different_currencies_are_not_reckoned_together() -> None:
    assert (euros("1.10") - euros("0.10")).text == "1.00"
    with pytest.raises(ValueError, match="USD"):
        euros("1") + Money(Decimal(1), "USD")
