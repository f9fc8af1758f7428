"""Reading a whole order: few calls, every page, one state."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_kit.errors import Rejected, Retryable
from muniment_shopify.errors import AccessDenied, AnswerUnusable
from muniment_shopify.graphql_answer import GraphqlError
from muniment_shopify.order_snapshot import Gathered, OrderSnapshot, snapshot_of
from muniment_shopify.orders import fetch_order
from tests.unit.shopify.paper_shop import (
    ORDER,
    PaperShop,
    agreement,
    at,
    fulfillment,
    gid,
    refund,
    transaction,
)

MOMENT = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)


async def fetched(shop: PaperShop) -> OrderSnapshot:
    snapshot = await fetch_order(shop.client(), ORDER)
    assert snapshot is not None
    return snapshot


async def test_a_new_order_costs_one_call() -> None:
    shop = PaperShop()
    snapshot = await fetched(shop)
    assert shop.asked == ["order_detail"]
    assert (snapshot.gid, snapshot.order_id, snapshot.name, snapshot.updated_at) == (
        ORDER,
        "1001",
        "#1001",
        MOMENT,
    )
    assert json.loads(snapshot.content).keys() == {
        "order",
        "transactions",
        "refunds",
        "fulfillments",
        "edits",
    }


async def test_an_order_the_shop_does_not_know_is_none() -> None:
    assert await fetch_order(PaperShop(exists=False).client(), ORDER) is None


async def test_every_page_of_everything_is_joined_and_no_paging_or_hint_is_left() -> None:
    shop = PaperShop(
        lines=5,
        transactions=[transaction(1)],
        refunds=[refund(1, lines=5), refund(2)],
        fulfillments=[fulfillment(1, lines=5, events=3)],
        agreements=[agreement(n) for n in range(5)],
    )
    tree = json.loads((await fetched(shop)).content)
    assert [len(tree["order"]["lineItems"]["nodes"]), len(tree["edits"])] == [5, 5]
    assert [len(each["refundLineItems"]["nodes"]) for each in tree["refunds"]] == [5, 1]
    assert len(tree["fulfillments"][0]["fulfillmentLineItems"]["nodes"]) == 5
    assert len(tree["fulfillments"][0]["events"]["nodes"]) == 3
    text = json.dumps(tree)
    assert "pageInfo" not in text
    assert not any(name in text for name in ("hasTransactions", "hasRefunds", "hasFulfillments"))
    assert tree["refunds"][0]["order"].keys() == {"id", "legacyResourceId", "name"}


async def test_independent_calls_run_at_the_same_time() -> None:
    shop = PaperShop(transactions=[transaction(1)], refunds=[refund(1)], fulfillments=[fulfillment(1)])
    await fetched(shop)
    assert shop.most_at_once >= 3


async def test_parts_are_in_the_order_they_happened_then_by_number() -> None:
    shop = PaperShop(
        transactions=[
            transaction(30, processed=at(9)),
            transaction(9, processed=at(2)),
            transaction(10, processed=at(2)),
            transaction(4, processed=None, kind="AUTHORIZATION"),
        ],
        agreements=[
            agreement(7, happened=at(6)),
            agreement(6, kind="OrderAgreement"),
            agreement(8, happened=at(4)),
        ],
    )
    snapshot = await fetched(shop)
    assert [part.number for part in snapshot.transactions] == ["4", "9", "10", "30"]
    assert [part.number for part in snapshot.edits] == ["8", "7"]
    assert [part.number for part in snapshot.payments] == ["9", "10", "30"]
    assert snapshot.edits[0].gid == gid("OrderEditAgreement", 8)
    assert snapshot.edits[0].at == datetime(2026, 11, 22, 8, 4, tzinfo=UTC)


async def test_lists_without_a_cursor_are_read_by_id_when_they_are_long() -> None:
    shop = PaperShop(
        transactions=[transaction(n) for n in range(1, 100)],
        fulfillments=[fulfillment(n, lines=3) for n in range(1, 9)],
    )
    shop.refunds = [refund(n) for n in range(1, 61)]
    snapshot = await fetched(shop)
    assert (len(snapshot.transactions), len(snapshot.refunds)) == (99, 60)
    assert len(snapshot.fulfillments) == 8
    assert shop.asked.count("transactions_by_id") == 3
    assert shop.asked.count("fulfillment_detail") == 8


async def test_an_order_that_changes_between_two_calls_is_read_again() -> None:
    def pay_once(name: str, shop: PaperShop) -> None:
        if name == "order_transactions" and shop.revision == 0:
            shop.revision += 1
            shop.transactions.append(transaction(2, processed=at(31)))

    shop = PaperShop(transactions=[transaction(1)], meanwhile=pay_once)
    snapshot = await fetched(shop)
    assert [part.number for part in snapshot.transactions] == ["1", "2"]
    assert snapshot.updated_at == datetime(2026, 11, 22, 8, 31, tzinfo=UTC)
    assert shop.asked.count("order_detail") == 2


async def test_a_refund_that_appears_while_another_is_read_is_noticed() -> None:
    def refund_more(name: str, shop: PaperShop) -> None:
        if name == "refund_detail" and shop.revision == 0:
            shop.revision += 1
            shop.refunds.append(refund(2))

    snapshot = await fetched(PaperShop(refunds=[refund(1)], meanwhile=refund_more))
    assert [part.number for part in snapshot.refunds] == ["1", "2"]


async def test_an_order_that_never_rests_is_tried_again_later() -> None:
    def change(name: str, shop: PaperShop) -> None:
        shop.revision = (shop.revision + 1) % 20

    shop = PaperShop(transactions=[transaction(1)], meanwhile=change)
    with pytest.raises(Retryable, match="keeps changing") as raised:
        await fetch_order(shop.client(), ORDER)
    assert raised.value.after == 1.0
    assert shop.asked.count("order_detail") == 3


async def test_an_order_deleted_while_it_is_read_is_gone() -> None:
    def delete(name: str, shop: PaperShop) -> None:
        shop.exists = name == "order_detail" and "order_transactions" not in shop.asked

    assert (
        await fetch_order(PaperShop(transactions=[transaction(1)], meanwhile=delete).client(), ORDER) is None
    )


def denied(*path: str | int) -> GraphqlError:
    return GraphqlError("ACCESS_DENIED", path, "Access denied")


async def test_a_field_that_may_not_be_read_is_a_gap() -> None:
    shop = PaperShop(errors={"order_detail": denied("order", "customer", "defaultEmailAddress")})
    snapshot = await fetched(shop)
    assert snapshot.gaps == ("order.customer.defaultEmailAddress",)
    assert b"gaps" not in snapshot.content


@pytest.mark.parametrize("path", [("order",), ("order", "lineItems"), ("order", "hasRefunds"), ()])
async def test_a_part_that_may_not_be_read_stops_the_reading(path: tuple[str, ...]) -> None:
    with pytest.raises(AccessDenied):
        await fetch_order(PaperShop(errors={"order_detail": denied(*path)}).client(), ORDER)


async def test_a_field_that_shopify_failed_to_answer_is_asked_again() -> None:
    error = GraphqlError("INTERNAL_SERVER_ERROR", ("order", "customer"), "personal")
    with pytest.raises(AnswerUnusable) as raised:
        await fetch_order(PaperShop(errors={"order_detail": error}).client(), ORDER)
    assert "personal" not in str(raised.value)


async def test_trouble_in_one_of_several_calls_is_raised_as_itself() -> None:
    shop = PaperShop(
        transactions=[transaction(1)], refunds=[refund(1)], errors={"refund_detail": denied("refund")}
    )
    with pytest.raises(AccessDenied):
        await fetch_order(shop.client(), ORDER)


async def test_a_list_inside_that_was_cut_off_rejects_the_order() -> None:
    shop = PaperShop(more={"shippingLines": {"nodes": [], "pageInfo": {"hasNextPage": True}}})
    with pytest.raises(Rejected, match=r"order\.shippingLines"):
        await fetch_order(shop.client(), ORDER)


async def test_the_same_state_gives_the_same_bytes_however_it_was_paged_and_listed() -> None:
    def shop(page_size: int, backwards: bool) -> PaperShop:
        transactions = [transaction(n, processed=at(n)) for n in range(1, 6)]
        return PaperShop(
            lines=7,
            page_size=page_size,
            transactions=transactions[::-1] if backwards else transactions,
            refunds=[refund(1, lines=3)],
        )

    one, other = await fetched(shop(2, False)), await fetched(shop(5, True))
    assert one.content == other.content
    assert (
        one.content
        == json.dumps(
            json.loads(one.content), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()
    )


async def test_a_snapshot_read_back_from_its_bytes_is_the_same() -> None:
    snapshot = await fetched(PaperShop(transactions=[transaction(1)], agreements=[agreement(1)]))
    assert OrderSnapshot.from_content(snapshot.content) == snapshot


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"order": {"id": 5}}', b'{"order": null}', b"null"])
def test_bytes_that_are_no_snapshot_are_rejected(content: bytes) -> None:
    with pytest.raises(Rejected):
        OrderSnapshot.from_content(content)


@given(st.permutations([transaction(n, processed=at(n // 2)) for n in range(1, 8)]))
def test_the_order_of_a_list_as_answered_does_not_matter(transactions: list[dict[str, object]]) -> None:
    order = {"id": ORDER, "name": "#1001", "updatedAt": at(30), "createdAt": at(0)}
    snapshot = snapshot_of(Gathered(order=order, transactions=transactions))
    assert [part.number for part in snapshot.transactions] == [str(n) for n in range(1, 8)]
