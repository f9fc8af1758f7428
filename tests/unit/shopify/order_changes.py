"""What the flows change of an order, its money, its holds, returns, disputes and drafts: a scene each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from muniment_sandbox.shopify.state.disputes import ShopifyPaymentsDispute
from muniment_sandbox.shopify.state.drafts import DraftOrder
from muniment_sandbox.shopify.state.holding import HoldWish
from muniment_sandbox.shopify.state.returns import Return
from muniment_shopify.cancelling import cancel_order
from muniment_shopify.disputes import give_evidence, upload_evidence
from muniment_shopify.drafts import complete_draft, note_on_draft, send_draft_invoice
from muniment_shopify.holds import hold_order, release_order
from muniment_shopify.money import Money
from muniment_shopify.order_marks import add_tags, close_order, note_on_order, remove_tags
from muniment_shopify.payments import capture, void
from muniment_shopify.refunds import RefundLine, RefundTransfer, refund_order
from muniment_shopify.returns import (
    Disposition,
    NewReturnLine,
    ProcessedLine,
    approve_return,
    cancel_return,
    close_return,
    create_return,
    decline_return,
    process_return,
    reopen_return,
)
from muniment_shopify.risks import RiskFact, assess_risk
from muniment_shopify.ways_back import dispose, send_back
from tests.unit.shopify.scenes import Scene, scene

HANDLE = "ecm:approval:1"


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def _holds(each: Scene) -> Any:
    return [
        [(hold.handle, hold.reason) for hold in target.holds]
        for target in each.stage.order.fulfillment_orders
    ]


@scene("holds", seen=_holds)
async def hold(each: Scene) -> None:
    outcome = await hold_order(each.client, each.ids["Order"], HANDLE, reason="HIGH_RISK_OF_FRAUD")
    assert outcome.is_complete
    assert outcome.held == (each.ids["FulfillmentOrder"],)


def _two_holds(each: Scene) -> None:
    target = each.stage.order.fulfillment_orders[0]
    each.stage.shop.hold(
        target, HoldWish(reason="OTHER", handle=HANDLE, app=each.stage.shop.installation.app)
    )
    each.stage.shop.hold(target, HoldWish(reason="OTHER", handle=HANDLE))


@scene("holds", seen=_holds, before=_two_holds)
async def release(each: Scene) -> None:
    await release_order(each.client, each.ids["Order"], HANDLE)


def _cancelled(each: Scene) -> Any:
    order = each.stage.order
    return order.cancelled_at is not None, order.cancel_reason, len(order.refund_records)


@scene("orders/refund_create", seen=_cancelled)
async def cancel(each: Scene) -> None:
    done = await cancel_order(
        each.client,
        each.ids["Order"],
        reason="FRAUD",
        restock=True,
        refund=True,
        note="n" * 300,
        clock=each.clock,
    )
    assert done.reason == "FRAUD"
    assert done.note == "n" * 255


def _transactions(each: Scene) -> Any:
    order = each.stage.order
    return [(one.kind, one.status, str(one.amount_set.presentment_money.amount)) for one in order.payments]


@scene("orders/order_capture", seen=_transactions)
async def capture_some(each: Scene) -> None:
    captured = await capture(each.client, each.ids["Order"], each.ids["OrderTransaction"], euros("10.00"))
    assert captured.total == euros("10.00")


@scene("orders/transaction_void", seen=_transactions)
async def void_all(each: Scene) -> None:
    assert (await void(each.client, each.ids["Order"], each.ids["OrderTransaction"])).is_done


def _refunds(each: Scene) -> Any:
    made = each.stage.order.refund_records
    return [(one.note, str(one.total_refunded_set.presentment_money.amount)) for one in made]


@scene("orders/refund_create", seen=_refunds)
async def refund(each: Scene) -> None:
    payment = each.stage.order.payments[0]
    made = await refund_order(
        each.client,
        each.ids["Order"],
        "effect-1",
        lines=[RefundLine(line_item=each.ids["LineItem"], quantity=1)],
        transfers=[RefundTransfer(payment=payment.id, gateway=payment.gateway, amount=euros("10.00"))],
        note="Approved",
    )
    assert made.total == euros("10.00")
    assert made.note == "Approved [ecm:effect-1]"


def _returns(each: Scene) -> Any:
    return [
        (
            one.status,
            [(line.processed_quantity, line.return_reason_note) for line in one.lines],
            [str(made.total_refunded_set.presentment_money.amount) for made in one.refund_records],
            [len(parcel.deliveries) for parcel in one.reverse_orders],
            [
                (told.type, told.quantity)
                for parcel in one.reverse_orders
                for line in parcel.lines
                for told in line.dispositions
            ],
        )
        for one in each.stage.shop.all_of(Return)
    ]


@scene("returns/return_approve_request", seen=_returns)
async def approve(each: Scene) -> None:
    assert (await approve_return(each.client, each.ids["Return"])).status == "OPEN"


@scene("returns/return_decline_request", seen=_returns)
async def decline(each: Scene) -> None:
    declined = await decline_return(each.client, each.ids["Return"], "FINAL_SALE", note="n" * 600)
    assert declined.decline_reason == "FINAL_SALE"


@scene("returns/return_cancel", seen=_returns)
async def cancel_one(each: Scene) -> None:
    assert (await cancel_return(each.client, each.ids["id"])).status == "CANCELED"


@scene("returns/return_process", seen=_returns)
async def close(each: Scene) -> None:
    assert (await close_return(each.client, each.ids["Return"])).status == "CLOSED"


@scene("returns/return_reopen", seen=_returns)
async def reopen(each: Scene) -> None:
    assert (await reopen_return(each.client, each.ids["id"])).status == "OPEN"


@scene("returns/return_create", seen=_returns)
async def create(each: Scene) -> None:
    line = NewReturnLine(
        fulfillment_line_item=each.ids["FulfillmentLineItem"],
        quantity=1,
        reason=each.ids["ReturnReasonDefinition"],
        note="Warranty",
    )
    made = await create_return(each.client, each.ids["Order"], "RMA-7", [line])
    assert made.status == "OPEN"
    assert made.order == each.ids["Order"]


@scene("returns/return_process", seen=_returns)
async def process(each: Scene) -> None:
    done = Disposition(
        reverse_line=each.ids["ReverseFulfillmentOrderLineItem"], type="NOT_RESTOCKED", quantity=1
    )
    line = ProcessedLine(line=each.ids["ReturnLineItem"], quantity=1, dispositions=(done,))
    refund = {each.ids["OrderTransaction"]: euros("3.00")}
    made = await process_return(each.client, each.ids["Return"], [line], refund=refund)
    assert made.processed(line.line) == 1
    assert len(made.refunds) == 1


@scene("returns/return_process", seen=_returns)
async def parcel_back(each: Scene) -> None:
    lines = {each.ids["ReverseFulfillmentOrderLineItem"]: 1}
    made = await send_back(
        each.client,
        each.ids["ReverseFulfillmentOrder"],
        "1Z999",
        lines,
        tracking_url="https://track.example/1Z999",
    )
    assert made.tracking_number == "1Z999"


@scene("returns/return_process", seen=_returns)
async def disposed(each: Scene) -> None:
    total = Disposition(reverse_line=each.ids["ReverseFulfillmentOrderLineItem"], type="MISSING", quantity=1)
    await dispose(each.client, each.ids["ReverseFulfillmentOrder"], [total])


def _disputes(each: Scene) -> Any:
    return [
        (
            one.status,
            one.dispute_evidence.submitted,
            one.dispute_evidence.uncategorized_text,
            [
                (file.original_file_name, file.dispute_evidence_type)
                for file in one.dispute_evidence.dispute_file_uploads
            ],
        )
        for one in each.stage.shop.all_of(ShopifyPaymentsDispute)
    ]


@scene("disputes", seen=_disputes)
async def evidence_file(each: Scene) -> None:
    made = await upload_evidence(
        each.client,
        each.ids["id"],
        "shippingDocumentationFile",
        name="ecm-1-v1.pdf",
        mime_type="application/pdf",
        content=b"%PDF-1.7",
    )
    assert made.size_bytes == 8
    await give_evidence(each.client, each.ids["id"], files={"shippingDocumentationFile": made.gid})


@scene("disputes", seen=_disputes)
async def evidence(each: Scene) -> None:
    given = await give_evidence(
        each.client,
        each.ids["id"],
        texts={"uncategorizedText": "Delivered and signed for."},
        files={"shippingDocumentationFile": each.ids["ShopifyPaymentsDisputeFileUpload"]},
        submit=True,
    )
    assert given.is_submitted


def _risk(each: Scene) -> Any:
    ours = each.stage.shop.installation.app
    found = [one for one in each.stage.order.risk.assessments if one.provider is ours]
    return {(one.risk_level, tuple(fact.description for fact in one.facts)) for one in found}


@scene("disputes", seen=_risk)
async def risk(each: Scene) -> None:
    await assess_risk(each.client, each.ids["Order"], "HIGH", [RiskFact("Papers differ", "NEGATIVE")])


def _drafts(each: Scene) -> Any:
    return [
        (one.status, one.invoice_sent_at, one.note2, len(each.stage.shop.orders))
        for one in each.stage.shop.all_of(DraftOrder)
    ]


@scene("drafts", seen=_drafts)
async def completed(each: Scene) -> None:
    assert (await complete_draft(each.client, each.ids["id"])).is_completed


@scene("drafts", seen=_drafts)
async def invoice(each: Scene) -> None:
    sent = await send_draft_invoice(each.client, each.ids["id"], each.began_at, message="As agreed.")
    assert sent.invoice_sent_at is not None


@scene("drafts", seen=_drafts)
async def draft_note(each: Scene) -> None:
    assert (await note_on_draft(each.client, each.ids["id"], "Approved by J.")).note == "Approved by J."


def _marks(each: Scene) -> Any:
    order = each.stage.order
    return sorted(order.tags), order.note, order.closed_at is not None


@scene("orders", seen=_marks)
async def tagged(each: Scene) -> None:
    await add_tags(each.client, each.ids["Order"], ["ecm-held", "ecm-review"])
    await remove_tags(each.client, each.ids["Order"], ["ecm-review"])


@scene("orders", seen=_marks)
async def noted(each: Scene) -> None:
    assert (await note_on_order(each.client, each.ids["Order"], "Approved")).endswith("Approved")


@scene("orders", seen=_marks)
async def archived(each: Scene) -> None:
    await close_order(each.client, each.ids["Order"])
