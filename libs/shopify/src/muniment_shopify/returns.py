"""Returns: created, approved, declined, cancelled, processed with the money that goes back, closed, reopened.

Shopify knows no key for any of it. Each step looks first whether the return is already where it is to be; a
lost answer is looked up the same way. https://shopify.dev/docs/api/admin-graphql/2026-10/objects/Return
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from muniment_shopify.asking import Node, ask, ask_all, change, given, made, once
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AnswerUnusable, ObjectGone, StateForbids
from muniment_shopify.money import Money

ReturnStatus = Literal["REQUESTED", "OPEN", "DECLINED", "CANCELED", "CLOSED"]
DeclineReason = Literal["FINAL_SALE", "OTHER", "RETURN_PERIOD_ENDED"]
DispositionType = Literal["MISSING", "NOT_RESTOCKED", "PROCESSING_REQUIRED", "RESTOCKED"]
_LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One line of a return: how many units, and how many of them are processed."""

    gid: str
    quantity: int
    processed: int
    note: str


@dataclass(frozen=True, slots=True)
class Return:
    """A return as it stands. ``refunds`` are the ids of those made for it."""

    gid: str
    name: str
    status: ReturnStatus
    order: str
    is_approved: bool
    decline_reason: str | None
    lines: tuple[ReturnLine, ...]
    refunds: tuple[str, ...]

    def processed(self, line: str) -> int | None:
        """Return how many units of the line are processed, ``None`` if it is no line of this return."""
        return next((each.processed for each in self.lines if each.gid == line), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReturnLine:
    """Units that may come back. ``reason`` is the id of a return reason definition."""

    fulfillment_line_item: str
    quantity: int
    reason: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disposition:
    """What becomes of units that came back. ``location`` is where they are put, for ``RESTOCKED``."""

    reverse_line: str
    type: DispositionType
    quantity: int
    location: str | None = None

    def as_input(self) -> dict[str, object]:
        """Return it as a ``ReverseFulfillmentOrderDisposeInput``."""
        return given(
            reverseFulfillmentOrderLineItemId=self.reverse_line,
            dispositionType=self.type,
            quantity=self.quantity,
            locationId=self.location,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedLine:
    """Units of a return's line to be processed now; ``before`` are those that were when it was decided."""

    line: str
    quantity: int
    before: int = 0
    dispositions: tuple[Disposition, ...] = ()


_Test = Callable[[Return], bool]


async def return_of(client: AdminClient, return_: str) -> Return:
    """Return the return as it is now. Raises ``ObjectGone``."""
    node = (await ask(client, "return_progress", id=return_))["return"]
    if node is None:
        raise ObjectGone(f"{client.shop} does not have the return.")
    return _read(node)


async def approve_return(client: AdminClient, return_: str, *, notify: bool = True) -> Return:
    """Approve a requested return; one that is approved stays so. Raises ``StateForbids`` when declined."""
    wanted = {"input": {"id": return_, "notifyCustomer": notify}}
    return await _step(client, "return_approve_request", return_, wanted, _is_approved)


async def decline_return(
    client: AdminClient, return_: str, reason: DeclineReason, *, note: str = "", notify: bool = True
) -> Return:
    """Decline a requested return; one that is declined stays so. Of ``note`` 500 characters are kept."""
    wanted = given(
        id=return_, declineReason=reason, declineNote=note[:_LONGEST_NOTE] or None, notifyCustomer=notify
    )
    return await _step(client, "return_decline_request", return_, {"input": wanted}, _is("DECLINED"))


async def cancel_return(client: AdminClient, return_: str) -> Return:
    """Cancel an open return of which nothing was processed."""
    return await _step(client, "return_cancel", return_, {"id": return_}, _is("CANCELED"))


async def close_return(client: AdminClient, return_: str) -> Return:
    """Close an open return."""
    return await _step(client, "return_close", return_, {"id": return_}, _is("CLOSED"))


async def reopen_return(client: AdminClient, return_: str) -> Return:
    """Open a closed return again."""
    return await _step(client, "return_reopen", return_, {"id": return_}, _is("OPEN"))


async def create_return(
    client: AdminClient, order: str, reference: str, lines: Sequence[NewReturnLine]
) -> Return:
    """Create an approved return once for ``reference``, the RMA number, which its lines' notes end with."""
    mark = f"[{reference}]"
    wanted = {
        "orderId": order,
        "returnLineItems": [
            given(
                fulfillmentLineItemId=line.fulfillment_line_item,
                quantity=line.quantity,
                returnReasonDefinitionId=line.reason,
                returnReasonNote=f"{line.note} {mark}".strip(),
            )
            for line in lines
        ],
    }

    async def look() -> Return | None:
        nodes = await ask_all(
            client, "order_return_notes", lambda data: (data["order"] or {}).get("returns"), id=order
        )
        found = (_read(node) for node in nodes)
        return next((each for each in found if any(line.note.endswith(mark) for line in each.lines)), None)

    async def create() -> Return:
        payload = await change(client, "return_create", {"returnInput": wanted}, repeatable=False)
        return _read(made(client, "return_create", payload, "return"))

    return await once(look, create)


async def process_return(
    client: AdminClient,
    return_: str,
    lines: Sequence[ProcessedLine],
    *,
    refund: Mapping[str, Money] | None = None,
    shipping: Money | None = None,
    note: str | None = None,
    notify: bool = True,
) -> Return:
    """Process units that came back, and refund what ``refund`` says, by the payment it came with: both or
    neither.

    What was ``before`` decides whether it is done already. Raises ``StateForbids`` when somebody else has
    processed some of it, ``ChangeRefused``, ``OutcomeUnknown`` when the answer was lost and nothing is seen
    yet: each next try looks first.
    """
    wanted = given(
        returnId=return_,
        returnLineItems=[_processed(line) for line in lines],
        financialTransfer=_transfer(refund) if refund else None,
        refundShipping={"shippingRefundAmount": shipping.as_input()} if shipping else None,
        note=note,
        notifyCustomer=notify,
    )
    if not lines:
        raise ValueError("A return is processed by its lines: name one at least.")

    async def look() -> Return | None:
        seen = await return_of(client, return_)
        now = [seen.processed(line.line) for line in lines]
        if all(
            count is not None and count >= line.before + line.quantity
            for count, line in zip(now, lines, strict=True)
        ):
            return seen
        if now != [line.before for line in lines]:
            raise StateForbids(
                f"{client.shop} shows a return that was processed otherwise since it was decided about."
            )
        return None

    async def process() -> Return:
        payload = await change(client, "return_process", {"input": wanted}, repeatable=False)
        return _read(made(client, "return_process", payload, "return"))

    return await once(look, process)


async def most_refundable(client: AdminClient, return_: str, lines: Mapping[str, int]) -> Money:
    """Return the most that may be refunded for these units of the return's lines, in the buyer's currency."""
    wanted = [{"id": line, "quantity": quantity} for line, quantity in lines.items()]
    node = (await ask(client, "return_financial_outcome", id=return_, lines=wanted))["return"]
    if node is None:
        raise ObjectGone(f"{client.shop} does not have the return.")
    outcome = node["suggestedFinancialOutcome"]
    if outcome is None:
        raise AnswerUnusable(f"{client.shop} does not say what may be refunded for the return; try again.")
    return Money.presented(outcome["maximumRefundable"])


async def _step(
    client: AdminClient,
    name: str,
    return_: str,
    variables: Mapping[str, object],
    is_there: _Test,
) -> Return:
    """Take one step of a return's life unless it was taken already."""

    async def look() -> Return | None:
        seen = await return_of(client, return_)
        return seen if is_there(seen) else None

    async def step() -> Return:
        payload = await change(client, name, variables, repeatable=False)
        return _read(made(client, name, payload, "return"))

    return await once(look, step)


def _is_approved(seen: Return) -> bool:
    return seen.is_approved and seen.status in ("OPEN", "CLOSED")


def _is(status: ReturnStatus) -> _Test:
    return lambda seen: seen.status == status


def _processed(line: ProcessedLine) -> Node:
    dispositions = [each.as_input() for each in line.dispositions]
    return given(id=line.line, quantity=line.quantity, dispositions=dispositions or None)


def _transfer(refund: Mapping[str, Money]) -> Node:
    parts = [
        {"parentId": payment, "transactionAmount": amount.as_input()} for payment, amount in refund.items()
    ]
    return {"issueRefund": {"orderTransactions": parts}}


def _read(node: Node) -> Return:
    return Return(
        gid=node["id"],
        name=node["name"],
        status=node["status"],
        order=node["order"]["id"],
        is_approved=node["requestApprovedAt"] is not None or node["status"] in ("OPEN", "CLOSED"),
        decline_reason=(node["decline"] or {}).get("reason"),
        lines=tuple(
            ReturnLine(
                each["id"], each["quantity"], each["processedQuantity"], each["returnReasonNote"] or ""
            )
            for each in node["returnLineItems"]["nodes"]
        ),
        refunds=tuple(each["id"] for each in node["refunds"]["nodes"]),
    )
