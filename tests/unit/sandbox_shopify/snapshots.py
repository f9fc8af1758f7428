"""Takes the snapshot of an order as the archive will, by GraphQL alone, with every page joined."""

from __future__ import annotations

from functools import cache
from typing import Any

from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.graphql.asking import Request
from muniment_sandbox.shopify.graphql.engine import Engine
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.shop import Shop

_MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
_TOTALS = [
    "subtotalPriceSet",
    "totalDiscountsSet",
    "totalShippingPriceSet",
    "totalTaxSet",
    "totalTipReceivedSet",
    "originalTotalDutiesSet",
    "originalTotalAdditionalFeesSet",
    "totalPriceSet",
    "originalTotalPriceSet",
    "currentSubtotalPriceSet",
    "currentTotalPriceSet",
    "currentTotalTaxSet",
    "currentTotalDiscountsSet",
    "totalReceivedSet",
    "totalRefundedSet",
    "totalRefundedShippingSet",
    "totalOutstandingSet",
    "netPaymentSet",
    "totalCapturableSet",
]

ORDER = f"""query Order($id: ID!) {{ order(id: $id) {{
  id name taxesIncluded presentmentCurrencyCode currencyCode displayFinancialStatus displayFulfillmentStatus
  {" ".join(f"{name} {_MONEY}" for name in _TOTALS)}
  taxLines {{ title rate priceSet {_MONEY} }} currentTaxLines {{ title rate priceSet {_MONEY} }}
  shippingLines(first: 5) {{ nodes {{
    isRemoved originalPriceSet {_MONEY} discountedPriceSet {_MONEY}
    taxLines {{ title rate priceSet {_MONEY} }}
    discountAllocations {{ allocatedAmountSet {_MONEY} discountApplication {{ index }} }} }} }}
  agreements(first: 50) {{ nodes {{ __typename id happenedAt }} }}
  transactions(first: 50) {{ id kind status gateway amountSet {_MONEY} parentTransaction {{ id }} }}
  refunds(first: 50) {{ id }}
}} }}"""

LINES = f"""query Lines($id: ID!, $after: String) {{ order(id: $id) {{ lineItems(first: 20, after: $after) {{
  nodes {{ id quantity currentQuantity originalUnitPriceSet {_MONEY} isGiftCard taxable
    taxLines(first: 5) {{ title rate priceSet {_MONEY} }}
    discountAllocations {{ allocatedAmountSet {_MONEY} discountApplication {{ index }} }} }}
  pageInfo {{ hasNextPage endCursor }} }} }} }}"""

REFUND = f"""query Refund($id: ID!) {{ refund(id: $id) {{ id totalRefundedSet {_MONEY}
  refundLineItems(first: 100) {{ nodes {{
    quantity subtotalSet {_MONEY} totalTaxSet {_MONEY} lineItem {{ id }} }} }}
  refundShippingLines(first: 5) {{ nodes {{ subtotalAmountSet {_MONEY} taxAmountSet {_MONEY} }} }}
  orderAdjustments(first: 5) {{ nodes {{ amountSet {_MONEY} taxAmountSet {_MONEY} }} }}
  transactions(first: 10) {{ nodes {{ kind status amountSet {_MONEY} }} }} }} }}"""


@cache
def engine() -> Engine:
    return Engine()


def ask(
    shop: Shop, query: str, variables: dict[str, Any] | None = None, bucket: Bucket | None = None
) -> dict[str, Any]:
    """Return the whole answer of the shop, without HTTP."""
    generous = bucket or Bucket(1_000_000, 1_000_000)
    return engine().answer(Request(shop, "2026-10"), query, variables or {}, None, generous)


def data(shop: Shop, document: str, **variables: Any) -> Any:
    """Return the data of an answer that must be without errors."""
    answer = ask(shop, document, variables)
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def snapshot(shop: Shop, order: Order) -> dict[str, Any]:
    """Return order, all its lines, its transactions and its refunds."""
    head = data(shop, ORDER, id=order.id)["order"]
    lines: list[Any] = []
    after: str | None = None
    while True:
        page = data(shop, LINES, id=order.id, after=after)["order"]["lineItems"]
        lines += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    head["lineItems"] = {"nodes": lines}
    refunds = [data(shop, REFUND, id=each["id"])["refund"] for each in head.pop("refunds")]
    return {"order": head, "transactions": head.pop("transactions"), "refunds": refunds}
