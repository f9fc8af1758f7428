"""Objects read whole: every page, what may not be read, and what a part belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.errors import Rejected, Retryable
from muniment_shopify.aggregates import Aggregate
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AccessDenied, AnswerUnusable
from muniment_shopify.graphql_answer import GraphqlError, Result
from muniment_shopify.operations import OPERATIONS, Operation
from muniment_shopify.shop_domain import ShopDomain
from muniment_shopify.snapshots import KINDS, PARTS, canonical, fetch_snapshot, find_owner, snapshot_from
from muniment_shopify.tokens import FixedToken
from tests.unit.shopify.scripted import SHOP, ScriptedPeer

DRAFT = "gid://shopify/DraftOrder/951"
Node = dict[str, Any]


class PaperApi(AdminClient):
    """Answers each operation with the next of its answers; keeps what was asked."""

    def __init__(
        self, answers: Mapping[str, list[Node | None]], errors: tuple[GraphqlError, ...] = ()
    ) -> None:
        super().__init__(ShopDomain(SHOP), ScriptedPeer(), FixedToken("token"))
        self._answers = {name: list(pages) for name, pages in answers.items()}
        self._errors = errors
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    async def execute(
        self,
        operation: Operation,
        variables: Mapping[str, Any] | None = None,
        *,
        repeatable: bool | None = None,
    ) -> Result:
        self.asked.append((operation.name, variables or {}))
        return Result({_root(operation): self._answers[operation.name].pop(0)}, self._errors)


def _root(operation: Operation) -> str:
    return operation.text.split("{", 1)[1].split("(", 1)[0].strip()


def page(*nodes: Node, after: str | None = None) -> Node:
    return {"nodes": list(nodes), "pageInfo": {"hasNextPage": after is not None, "endCursor": after}}


def draft(lines: Node) -> Node:
    return {"id": DRAFT, "updatedAt": "2026-03-02T09:00:00Z", "order": None, "lineItems": lines}


@given(st.lists(st.integers(1, 5), min_size=1, max_size=6))
async def test_every_page_of_a_list_is_in_the_snapshot_in_its_order(sizes: list[int]) -> None:
    numbers = iter(range(100))
    pages = [[{"id": f"line/{next(numbers)}"} for _ in range(size)] for size in sizes]
    cursors = [*(f"c{n}" for n in range(1, len(pages))), None]
    first, *rest = [page(*nodes, after=cursor) for nodes, cursor in zip(pages, cursors, strict=True)]
    more: list[Node | None] = [{"id": DRAFT, "lineItems": each} for each in rest]
    api = PaperApi({"draft_order_detail": [draft(first)], "draft_order_lines_page": more})
    found = await fetch_snapshot(api, "draft-order", "951")
    assert found is not None
    tree = orjson.loads(found.content)
    assert tree["lineItems"] == {"nodes": [line for nodes in pages for line in nodes]}
    assert [asked["after"] for name, asked in api.asked if name.endswith("page")] == cursors[:-1]
    assert snapshot_from("draft-order", found.content) == found


async def test_what_the_shop_does_not_know_is_none() -> None:
    api = PaperApi({"draft_order_detail": [None]})
    assert await fetch_snapshot(api, "draft-order", "951") is None


async def test_an_object_that_goes_between_two_pages_is_read_again() -> None:
    first = draft(page({"id": "line/1"}, after="c"))
    api = PaperApi({"draft_order_detail": [first], "draft_order_lines_page": [None]})
    with pytest.raises(Retryable, match="changed while it was read"):
        await fetch_snapshot(api, "draft-order", "951")


async def test_an_empty_page_after_an_announced_one_does_not_go_round_for_ever() -> None:
    empty: Node = {"id": DRAFT, "lineItems": page(after="c")}
    api = PaperApi(
        {"draft_order_detail": [draft(page({"id": "1"}, after="c"))], "draft_order_lines_page": [empty]}
    )
    with pytest.raises(AnswerUnusable):
        await fetch_snapshot(api, "draft-order", "951")


async def test_a_field_that_may_not_be_read_is_a_gap() -> None:
    denied = GraphqlError("ACCESS_DENIED", ("draftOrder", "customer"), "no")
    api = PaperApi({"draft_order_detail": [draft(page())]}, (denied,))
    found = await fetch_snapshot(api, "draft-order", "951")
    assert found is not None
    assert found.gaps == ("draftOrder.customer",)


async def test_an_object_that_may_not_be_read_at_all_is_no_absence() -> None:
    denied = GraphqlError("ACCESS_DENIED", ("draftOrder",), "no")
    with pytest.raises(AccessDenied):
        await fetch_snapshot(PaperApi({"draft_order_detail": [None]}, (denied,)), "draft-order", "951")


async def test_any_other_error_is_no_answer() -> None:
    failed = GraphqlError("INTERNAL_SERVER_ERROR", ("draftOrder", "order"), "no")
    with pytest.raises(AnswerUnusable):
        await fetch_snapshot(
            PaperApi({"draft_order_detail": [draft(page())]}, (failed,)), "draft-order", "951"
        )


async def test_an_inner_list_that_is_longer_than_was_read_is_a_gap() -> None:
    line = {"id": "1", "metafields": page({"key": "a"}, after="c")}
    found = await fetch_snapshot(PaperApi({"draft_order_detail": [draft(page(line))]}), "draft-order", "951")
    assert found is not None
    assert found.gaps == ("lineItems.nodes.metafields",)
    assert b"pageInfo" not in found.content


async def test_a_return_is_read_with_what_came_of_its_parcels() -> None:
    order = {"id": "gid://shopify/Order/5001", "name": "#1001", "updatedAt": "2026-03-06T09:00:00Z"}
    wanted = {
        "id": "gid://shopify/Return/6001",
        "createdAt": "2026-03-05T08:00:00Z",
        "requestApprovedAt": None,
        "closedAt": None,
        "order": order,
        "returnLineItems": page({"id": "line/1"}),
        "reverseFulfillmentOrders": page({"id": "rfo/1"}, {"id": "rfo/2"}),
    }
    parcels: list[Node | None] = [{"id": f"rfo/{n}", "lineItems": page({"id": f"{n}"})} for n in (1, 2)]
    api = PaperApi({"return_detail": [wanted], "reverse_fulfillment_order_detail": parcels})
    found = await fetch_snapshot(api, "return", "6001")
    assert found is not None
    assert (found.order_id, found.order_name) == ("5001", "#1001")
    assert found.updated_at.isoformat() == "2026-03-06T09:00:00+00:00"
    assert [each["id"] for each in found.node["reverseFulfillmentOrders"]["nodes"]] == ["rfo/1", "rfo/2"]


@pytest.mark.parametrize(
    ("part", "answers", "owner"),
    [
        (
            Aggregate("fulfillment-order", "71"),
            {"fulfillment_order_owner": [{"orderId": "gid://shopify/Order/5001"}]},
            Aggregate("order", "5001"),
        ),
        (Aggregate("fulfillment-order", "71"), {"fulfillment_order_owner": [None]}, None),
        (
            Aggregate("payment-terms", "8"),
            {"payment_terms_owner": [{"order": None, "draftOrder": {"id": DRAFT}}]},
            Aggregate("draft-order", "951"),
        ),
        (Aggregate("payment-terms", "8"), {"payment_terms_owner": [{}]}, None),
        (
            Aggregate("reverse-delivery", "9"),
            {
                "reverse_delivery_owner": [
                    {"reverseFulfillmentOrder": {"id": "gid://shopify/ReverseFulfillmentOrder/61"}}
                ],
                "reverse_fulfillment_order_owner": [
                    {
                        "order": {
                            "returns": page(
                                {"id": "gid://shopify/Return/1", "reverseFulfillmentOrders": page()},
                                {
                                    "id": "gid://shopify/Return/2",
                                    "reverseFulfillmentOrders": page(
                                        {"id": "gid://shopify/ReverseFulfillmentOrder/61"}
                                    ),
                                },
                            )
                        }
                    }
                ],
            },
            Aggregate("return", "2"),
        ),
        (
            Aggregate("reverse-fulfillment-order", "61"),
            {"reverse_fulfillment_order_owner": [{"order": None}]},
            None,
        ),
    ],
)
async def test_a_part_is_found_by_its_own_id(
    part: Aggregate, answers: Mapping[str, list[Node | None]], owner: Aggregate | None
) -> None:
    assert await find_owner(PaperApi(answers), part) == owner


def test_every_kind_and_every_part_has_its_operations() -> None:
    assert set(KINDS) == {
        "fulfillment-orders",
        "risk",
        "return",
        "dispute",
        "customer",
        "consent",
        "company",
        "draft-order",
    }
    assert len(PARTS) == 4
    assert {"return_detail", "dispute_detail", "order_risk", "company_detail"} <= OPERATIONS.keys()


@pytest.mark.parametrize("content", [b"", b"[]", b"{", canonical({"id": "gid://shopify/DraftOrder/1"})])
def test_bytes_that_are_no_snapshot_are_rejected(content: bytes) -> None:
    with pytest.raises(Rejected):
        snapshot_from("draft-order", content)
