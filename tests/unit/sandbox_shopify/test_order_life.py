"""An order's whole life in any sequence: quantities and money agree after every step."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from muniment_sandbox.shopify.seeds import seeded_shop
from muniment_sandbox.shopify.state.cancelling import CancelWish
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.holding import HoldWish
from muniment_sandbox.shopify.state.ledger import NotPossible
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.processing_returns import DispositionWish, ProcessWish
from muniment_sandbox.shopify.state.refunding import RefundWish
from muniment_sandbox.shopify.state.returning import ReturnLineWish, ReturnWish, returnable
from muniment_sandbox.shopify.state.returns import Return
from tests.unit.sandbox_shopify.arithmetic import Reckoning
from tests.unit.sandbox_shopify.snapshots import snapshot
from tests.unit.sandbox_shopify.wishes import carts

CLOCK = SetClock(datetime(2026, 11, 23, 8, tzinfo=UTC))
SHOP = seeded_shop("empty", clock=CLOCK)
REASON = HoldWish(reason="OTHER")


class OrderLife(RuleBasedStateMachine):
    """Every rule either does its deed or is refused; a refusal must leave everything as it was."""

    order: Order

    @initialize(cart=carts(SHOP.stock))
    def is_placed(self, cart: object) -> None:
        self.order = SHOP.place_order(cart)  # type: ignore[arg-type]  # the strategy draws carts

    @rule(part=st.integers(1, 100_000), whole=st.booleans())
    def pays(self, part: int, whole: bool) -> None:
        with contextlib.suppress(NotPossible):
            SHOP.pay(self.order, amount_minor=None if whole else part)

    @rule()
    def time_passes(self) -> None:
        CLOCK.advance(5)
        SHOP.catch_up()

    @rule(choice=st.data())
    def sends(self, choice: st.DataObject) -> None:
        line = choice.draw(st.sampled_from(self.order.lines))
        with contextlib.suppress(NotPossible):
            SHOP.fulfil(self.order, [(line, choice.draw(st.integers(1, max(1, line.quantity))))])

    @rule(choice=st.data())
    def holds_or_releases(self, choice: st.DataObject) -> None:
        for target in list(self.order.fulfillment_orders):
            with contextlib.suppress(NotPossible):
                if target.holds:
                    SHOP.release_holds(target)
                elif choice.draw(st.booleans()):
                    SHOP.hold(target, REASON)

    @rule(choice=st.data())
    def splits(self, choice: st.DataObject) -> None:
        for target in list(self.order.fulfillment_orders):
            line = choice.draw(st.sampled_from(target.lines))
            with contextlib.suppress(NotPossible):
                SHOP.split_fulfillment_order(target, [(line, 1)])

    @rule(choice=st.data(), requested=st.booleans())
    def returns(self, choice: st.DataObject, requested: bool) -> None:
        parcels = [units for parcel in self.order.parcels for units in parcel.lines]
        for units in parcels[:2]:
            line = ReturnLineWish(fulfillment_line_item=units, quantity=choice.draw(st.integers(1, 3)))
            with contextlib.suppress(NotPossible):
                deed = SHOP.request_return if requested else SHOP.create_return
                deed(self.order, ReturnWish(lines=[line]))

    @precondition(lambda self: self.order.returns)
    @rule(choice=st.data())
    def decides_on_a_return(self, choice: st.DataObject) -> None:
        wanted = choice.draw(st.sampled_from(self.order.returns))
        deed = choice.draw(
            st.sampled_from(
                [
                    SHOP.approve_return,
                    SHOP.decline_return,
                    SHOP.cancel_return,
                    SHOP.close_return,
                    SHOP.reopen_return,
                ]
            )
        )
        with contextlib.suppress(NotPossible):
            deed(wanted)

    @precondition(lambda self: any(each.status == "OPEN" for each in self.order.returns))
    @rule(choice=st.data(), minor=st.none() | st.integers(1, 50_000))
    def processes_a_return(self, choice: st.DataObject, minor: int | None) -> None:
        wanted = choice.draw(st.sampled_from([each for each in self.order.returns if each.status == "OPEN"]))
        line = wanted.lines[0]
        quantity = choice.draw(st.integers(1, max(1, line.unprocessed_quantity)))
        transfers = None
        if minor is not None and self.order.payments:
            transfers = [(choice.draw(st.sampled_from(self.order.payments)), minor)]
        back = wanted.reverse_orders[0].lines[0]
        dispositions = [DispositionWish(line=back, quantity=quantity, type="NOT_RESTOCKED")]
        with contextlib.suppress(NotPossible):
            SHOP.process_return(
                wanted, ProcessWish(lines=[(line, quantity, dispositions)], transfers=transfers)
            )

    @rule(choice=st.data(), minor=st.sampled_from([-1, 0, 150]))
    def refunds(self, choice: st.DataObject, minor: int) -> None:
        line = choice.draw(st.sampled_from(self.order.lines))
        units = [(line, 1)] if line.refundable_quantity else []
        kind = choice.draw(st.sampled_from([None, "RETURN", "NO_RESTOCK"]))
        with contextlib.suppress(NotPossible):
            SHOP.refund(self.order, RefundWish(lines=units, adjustment_minor=minor, restock_type=kind))

    @rule()
    def is_disputed(self) -> None:
        with contextlib.suppress(NotPossible):
            SHOP.open_dispute(self.order)

    @rule(refunds=st.booleans())
    def is_cancelled(self, refunds: bool) -> None:
        with contextlib.suppress(NotPossible):
            SHOP.begin_cancelling(self.order, CancelWish(reason="OTHER", restocks=True, refunds=refunds))

    @invariant()
    def money_adds_up(self) -> None:
        if hasattr(self, "order"):
            taken = snapshot(SHOP, self.order)
            assert Reckoning(taken, "presentmentMoney").differences() == []
            assert Reckoning(taken, "shopMoney").differences() == []
            assert self.order.totals.net_payment_set.minor >= 0

    @invariant()
    def units_are_counted(self) -> None:
        if not hasattr(self, "order"):
            return
        for line in self.order.lines:
            assert 0 <= line.refunded_unfulfilled <= line.refunded <= line.billed_quantity
            assert 0 <= line.fulfilled + line.unfulfilled_quantity <= line.billed_quantity
            parcels = [units for parcel in self.order.parcels for units in parcel.lines]
            sent = [units for units in parcels if units.line_item is line]
            assert sum(units.quantity for units in sent) == line.fulfilled
            assert all(0 <= returnable(self.order, units) <= units.quantity for units in sent)

    @invariant()
    def fulfillment_orders_hold_what_waits(self) -> None:
        if not hasattr(self, "order") or not self.order.routed or self.order.cancelled_at:
            return
        for line in self.order.lines:
            active = (each.line_of(line) for each in self.order.fulfillment_orders if each.active)
            waits = sum(each.remaining_quantity for each in active if each)
            assert waits == line.unfulfilled_quantity

    @invariant()
    def returns_are_within_their_units(self) -> None:
        for wanted in self.order.returns if hasattr(self, "order") else ():
            check_return(wanted)


def check_return(wanted: Return) -> None:
    for line in wanted.lines:
        assert 0 <= line.refunded_quantity <= line.processed_quantity <= line.quantity
    for reverse in wanted.reverse_orders:
        assert all(line.undisposed >= 0 for line in reverse.lines)


TestOrderLife = OrderLife.TestCase
TestOrderLife.settings = settings(max_examples=12, stateful_step_count=12, deadline=None)
