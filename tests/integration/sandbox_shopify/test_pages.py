"""The pages show the shop to people, escape what shoppers write, and do what their buttons say."""

from __future__ import annotations

import aiohttp
import pytest

from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.morning import FLOWS, STORIES, Morning, random_cart
from muniment_sandbox.shopify.state.cart import CustomItem
from muniment_sandbox.shopify.state.customer_changes import ConsentWish
from muniment_sandbox.shopify.state.drafting import DraftLineWish
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.testing import RunningShop


@pytest.fixture
def order(shop: RunningShop) -> Order:
    return shop.state.place_order(random_cart(shop.state.stock, dice(1)))


async def page(client: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with client.get(url) as answer:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        return answer.status, await answer.text()


async def test_every_order_of_a_morning_has_a_page(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    for step in Morning(7, len(STORIES)).steps():
        step.act(shop.state)
    _, listed = await page(client, shop.url)
    for order in shop.state.orders.values():
        assert f"/orders/{order.number}" in listed
        status, shown = await page(client, f"{shop.url}/orders/{order.number}")
        assert status == 200
        assert order.totals.total_price_set.presentment_money.amount in shown
    for tab in ("unpaid", "unsent", "refunded", "cancelled"):
        assert (await page(client, f"{shop.url}/?show={tab}"))[0] == 200
    assert (await page(client, f"{shop.url}/?page=2"))[0] == 200


async def test_an_empty_shop_says_so(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    assert "Nobody has bought anything yet" in (await page(client, shop.url))[1]
    assert "No hook has been published yet" in (await page(client, f"{shop.url}/hooks"))[1]
    assert "To be paid" in (await page(client, f"{shop.url}/?show=unpaid"))[1]


async def test_buttons_act_and_lead_back(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    async with client.post(f"{shop.url}/orders") as answer:
        number = next(iter(shop.state.orders))
        assert answer.url.path == f"/orders/{number}"
    async with client.post(f"{shop.url}/orders/{number}/pay") as answer:
        assert "paid" in await answer.text()
    async with client.post(f"{shop.url}/orders/{number}/pay") as answer:
        assert "Nothing is outstanding on order #1001." in await answer.text()
    async with client.post(f"{shop.url}/orders/{number}/delete") as answer:
        assert answer.url.path == "/"
    assert (await page(client, f"{shop.url}/orders/{number}"))[0] == 404
    async with client.post(f"{shop.url}/orders/{number}/pay") as answer:
        assert answer.status == 404


async def test_a_morning_is_played_from_the_page(client: aiohttp.ClientSession, shop: RunningShop) -> None:
    async with client.post(f"{shop.url}/morning", data={"orders": "2"}) as answer:
        assert "A morning is being played" in await answer.text()


async def test_what_a_shopper_wrote_is_never_markup(
    client: aiohttp.ClientSession, shop: RunningShop, order: Order
) -> None:
    assert order.customer is not None
    order.customer.first_name = "<script>alert(1)</script>"
    shop.state.update_note(order, "<img src=x onerror=alert(1)>")
    for path in ("/", f"/orders/{order.number}", f"/orders/{order.number}?refused=<b>no</b>"):
        _, shown = await page(client, f"{shop.url}{path}")
        assert "<script>" not in shown
        assert "<img src=x" not in shown
        assert "<b>no" not in shown


async def test_forms_of_other_sites_are_refused(
    client: aiohttp.ClientSession, shop: RunningShop, order: Order
) -> None:
    for path in ("/orders", "/morning", f"/orders/{order.number}/delete", "/_sandbox/orders"):
        async with client.post(f"{shop.url}{path}", headers={"Sec-Fetch-Site": "cross-site"}) as answer:
            assert answer.status == 403
    assert list(shop.state.orders) == [order.number]


async def test_deliveries_are_shown_with_their_attempts(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    shop.faults.switch({"lose": 1})
    shop.desk.subscribe_all("https://muniment.example/hooks", ["orders/create"])
    order = shop.state.place_order(random_cart(shop.state.stock, dice(1)))
    _, shown = await page(client, f"{shop.url}/hooks")
    for words in ("orders/create", "lost", "lose = 1.0", "muniment-orders-create", order.name):
        assert words in shown
    assert "orders/create" in (await page(client, f"{shop.url}/orders/{order.number}"))[1]


async def test_a_return_is_asked_for_decided_and_refunded_from_the_page(
    client: aiohttp.ClientSession, shop: RunningShop, order: Order
) -> None:
    shop.state.route(order)
    wanted = {
        "hold": "on hold",
        "release": "open",
        "pay": "paid",
        "fulfil": "fulfilled",
        "high-risk": "high risk",
        "return-request": "return requested",
        "return-approve": "in progress",
        "return-process": "inspection complete",
        "return-close": "returned",
        "dispute": "needs response",
    }
    for deed, words in wanted.items():
        async with client.post(f"{shop.url}/orders/{order.number}/{deed}") as answer:
            shown = await answer.text()
            assert "notice bad" not in shown, deed
            assert words in shown, deed


async def test_accounts_show_companies_drafts_and_consents(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    buyer = shop.state.stock.buyers[0].customer
    wish = DraftLineWish(item=CustomItem(title="Custom work"), quantity=1, unit_minor=900_000)
    draft = shop.state.draft_order([wish], customer=buyer, tags=["<b>ecm</b>"])
    shop.state.set_consent(buyer, "email", ConsentWish(state="SUBSCRIBED"))
    status, shown = await page(client, f"{shop.url}/accounts")
    assert status == 200
    for words in (draft.name, "e-mail subscribed", "Location admin", "&lt;b&gt;ecm"):
        assert words in shown


async def test_a_morning_tells_the_stories_of_the_flows_it_is_asked_for(shop: RunningShop) -> None:
    flows = frozenset(FLOWS)
    stories = len(STORIES) + sum(map(len, FLOWS.values()))
    for step in Morning(3, stories, flows).steps():
        step.act(shop.state)
    orders = shop.state.orders.values()
    assert {each.status for order in orders for each in order.returns} == {"CLOSED", "DECLINED"}
    assert any(order.disputes for order in orders)
    with pytest.raises(ValueError, match="no flow 'nonsense'"):
        Morning(flows=frozenset({"nonsense"}))
