"""A shop on paper: one order with its parts, answering the operations that ``fetch_order`` asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from muniment_shopify.client import AdminClient
from muniment_shopify.graphql_answer import GraphqlError, Result
from muniment_shopify.operations import Operation
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.tokens import FixedToken
from tests.unit.shopify.scripted import SHOP, ScriptedPeer

Node = dict[str, Any]
ORDER = "gid://shopify/Order/1001"
CONNECTIONS = ("fulfillmentLineItems", "events")


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def at(minute: int) -> str:
    return f"2026-11-22T08:{minute:02d}:00Z"


def transaction(
    number: int, *, processed: str | None = at(1), kind: str = "SALE", status: str = "SUCCESS"
) -> Node:
    return {
        "id": gid("OrderTransaction", number),
        "kind": kind,
        "status": status,
        "createdAt": at(1),
        "processedAt": processed,
    }


def refund(number: int, *, lines: int = 1, created: str = at(20)) -> Node:
    return {
        "id": gid("Refund", number),
        "createdAt": created,
        "order": {"id": ORDER, "legacyResourceId": "1001", "name": "#1001"},
        "refundLineItems": [
            {"id": gid("RefundLineItem", number * 1000 + n), "quantity": 1} for n in range(lines)
        ],
        "transactions": {"nodes": [], "pageInfo": {"hasNextPage": False}},
    }


def fulfillment(number: int, *, lines: int = 1, events: int = 0, created: str = at(10)) -> Node:
    return {
        "id": gid("Fulfillment", number),
        "createdAt": created,
        "fulfillmentLineItems": [{"id": gid("FulfillmentLineItem", number * 1000 + n)} for n in range(lines)],
        "events": [{"id": gid("FulfillmentEvent", number * 1000 + n)} for n in range(events)],
    }


def agreement(number: int, *, kind: str = "OrderEditAgreement", happened: str = at(5)) -> Node:
    return {"__typename": kind, "id": gid(kind, number), "happenedAt": happened}


@dataclass
class PaperShop:
    """The order and its parts as the shop holds them; ``asked`` names every operation, ``pages`` sizes every
    page.

    ``meanwhile`` is called before each answer and may change the order. ``errors`` are given with the named
    answers.
    """

    lines: int = 1
    transactions: list[Node] = field(default_factory=list)
    refunds: list[Node] = field(default_factory=list)
    fulfillments: list[Node] = field(default_factory=list)
    agreements: list[Node] = field(default_factory=list)
    exists: bool = True
    more: Node = field(default_factory=dict)
    page_size: int = 2
    revision: int = 0
    errors: dict[str, GraphqlError] = field(default_factory=dict)
    meanwhile: Callable[[str, PaperShop], None] = lambda _name, _shop: None
    asked: list[str] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0

    def client(self) -> AdminClient:
        return _PaperClient(self)

    @property
    def updated_at(self) -> str:
        return at(30 + self.revision)

    async def answer(self, name: str, variables: Mapping[str, Any]) -> Result:
        self.asked.append(name)
        self.meanwhile(name, self)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        await asyncio.sleep(0)
        self._at_once -= 1
        data = getattr(self, f"_{name}")(variables) if self.exists else {"order": None}
        errors = (self.errors[name],) if name in self.errors else ()
        return Result(data, errors)

    def _of_order(self, **parts: object) -> Node:
        return {"order": {"id": ORDER, "updatedAt": self.updated_at, **parts}}

    def _connection(self, nodes: list[Node], after: str | None) -> Node:
        begin = int(after or 0)
        end = begin + self.page_size
        return {
            "nodes": nodes[begin:end],
            "pageInfo": {"hasNextPage": end < len(nodes), "endCursor": str(end)},
        }

    def _all_lines(self) -> list[Node]:
        return [{"id": gid("LineItem", n), "name": f"Line {n}"} for n in range(self.lines)]

    def _order_detail(self, _: Mapping[str, Any]) -> Node:
        return self._of_order(
            name="#1001",
            createdAt=at(0),
            cancelledAt=None,
            edited=bool(self.agreements),
            lineItems=self._connection(self._all_lines(), None),
            hasTransactions={"count": len(self.transactions)},
            hasFulfillments={"count": len(self.fulfillments)},
            hasRefunds=[{"id": each["id"]} for each in self.refunds[:1]],
            **self.more,
        )

    def _order_line_items_page(self, variables: Mapping[str, Any]) -> Node:
        return self._of_order(lineItems=self._connection(self._all_lines(), variables["after"]))

    def _order_transactions(self, variables: Mapping[str, Any]) -> Node:
        return self._of_order(transactions=self.transactions[: variables["first"]])

    def _order_transaction_ids(self, _: Mapping[str, Any]) -> Node:
        return self._of_order(transactions=[{"id": each["id"]} for each in self.transactions])

    def _transactions_by_id(self, variables: Mapping[str, Any]) -> Node:
        by_id = {each["id"]: each for each in self.transactions}
        return {"nodes": [by_id[wanted] for wanted in variables["ids"]]}

    def _order_refunds(self, variables: Mapping[str, Any]) -> Node:
        return self._of_order(refunds=[{"id": each["id"]} for each in self.refunds[: variables["first"]]])

    def _refund_detail(self, variables: Mapping[str, Any]) -> Node:
        found = next(each for each in self.refunds if each["id"] == variables["id"])
        lines = self._connection(found["refundLineItems"], variables.get("after"))
        return {
            "refund": {
                **found,
                "order": {**found["order"], "updatedAt": self.updated_at},
                "refundLineItems": lines,
            }
        }

    def _order_fulfillments(self, variables: Mapping[str, Any]) -> Node:
        return self._of_order(
            fulfillments=[self._paged(each) for each in self.fulfillments[: variables["first"]]]
        )

    def _order_fulfillment_ids(self, _: Mapping[str, Any]) -> Node:
        return self._of_order(fulfillments=[{"id": each["id"]} for each in self.fulfillments])

    def _fulfillment_detail(self, variables: Mapping[str, Any]) -> Node:
        return {"fulfillment": self._paged(self._fulfillment(variables["id"]))}

    def _fulfillment_lines_page(self, variables: Mapping[str, Any]) -> Node:
        return self._fulfillment_page(variables, "fulfillmentLineItems")

    def _fulfillment_events_page(self, variables: Mapping[str, Any]) -> Node:
        return self._fulfillment_page(variables, "events")

    def _fulfillment_page(self, variables: Mapping[str, Any], name: str) -> Node:
        found = self._fulfillment(variables["id"])
        return {"fulfillment": {"id": found["id"], name: self._connection(found[name], variables["after"])}}

    def _fulfillment(self, wanted: str) -> Node:
        return next(each for each in self.fulfillments if each["id"] == wanted)

    def _paged(self, node: Node) -> Node:
        return {**node, **{name: self._connection(node[name], None) for name in CONNECTIONS}}

    def _order_agreements(self, variables: Mapping[str, Any]) -> Node:
        return self._of_order(agreements=self._connection(self.agreements, variables.get("after")))


class _PaperClient(AdminClient):
    def __init__(self, shop: PaperShop) -> None:
        super().__init__(ShopDomain(SHOP), ScriptedPeer(), FixedToken("t"))
        self._paper = shop

    async def execute(
        self,
        operation: Operation,
        variables: Mapping[str, Any] | None = None,
        *,
        repeatable: bool | None = None,
    ) -> Result:
        return await self._paper.answer(operation.name, variables or {})
