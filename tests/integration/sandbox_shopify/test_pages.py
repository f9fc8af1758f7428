"""The pages show the shop to people, escape what shoppers write, and do what their buttons say."""

from __future__ import annotations

import re
from html import unescape

import aiohttp
import pytest

from muniment_sandbox.shopify import order_pages
from muniment_sandbox.shopify.chance import dice
from muniment_sandbox.shopify.faults import Faults
from muniment_sandbox.shopify.hooks.hook_log import Removal
from muniment_sandbox.shopify.morning import FLOWS, STORIES, Morning, random_cart
from muniment_sandbox.shopify.pages import counter
from muniment_sandbox.shopify.shop_desk import ALL_TOPICS
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


def link(shown: str, words: str) -> str:
    """Return where a link of the page leads, or an empty text where there is none of these words."""
    found = re.search(rf'<a href="([^"]*)">{words}</a>', shown)
    return unescape(found[1]) if found else ""


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


async def test_orders_are_paged_from_the_latest_to_the_oldest_and_back(
    client: aiohttp.ClientSession, shop: RunningShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counter, "PAGE_ROWS", 2)
    for seed in range(5):
        shop.state.place_order(random_cart(shop.state.stock, dice(seed)))
    path, seen, ways = "/", [], [""]
    while path:
        _, shown = await page(client, f"{shop.url}{path}")
        seen.append(re.findall(r"#10\d\d", shown))
        path = link(shown, "Older →")
        ways.append(path)
    assert seen == [["#1005", "#1004"], ["#1003", "#1002"], ["#1001"]]
    _, shown = await page(client, f"{shop.url}{ways[2]}")
    assert link(shown, "← Newer") == ways[1]
    _, shown = await page(client, f"{shop.url}{ways[1]}")
    assert link(shown, "← Newer") == "/"


async def test_a_rare_state_is_looked_for_step_by_step(
    client: aiohttp.ClientSession, shop: RunningShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_pages, "MOST_LOOKED_AT", 3)
    orders = [shop.state.place_order(random_cart(shop.state.stock, dice(seed))) for seed in range(5)]
    shop.state.cancel(orders[0])
    _, shown = await page(client, f"{shop.url}/?show=cancelled")
    assert "None of these orders is in this state" in shown
    _, shown = await page(client, shop.url + link(shown, "Older →"))
    assert re.findall(r"#10\d\d", shown) == ["#1001"]
    assert link(shown, "← Newer") == "/?show=cancelled"


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


async def test_one_hook_is_shown_with_its_body_and_headers(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    shop.faults.switch({"lose": 1})
    shop.desk.subscribe_all("https://muniment.example/hooks", ["orders/create"])
    order = shop.state.place_order(random_cart(shop.state.stock, dice(1)))
    delivery = shop.deliveries[0]
    status, shown = await page(client, f"{shop.url}/hooks/{delivery.number}")
    assert status == 200
    for words in (delivery.webhook_id, "X-Shopify-Hmac-Sha256", str(order.number), "It has not been sent"):
        assert words in shown
    assert (await page(client, f"{shop.url}/hooks/999"))[0] == 404
    assert "orders/create" in (await page(client, f"{shop.url}/hooks?state=lost"))[1]
    assert "None of the latest hooks" in (await page(client, f"{shop.url}/hooks?state=failed"))[1]


async def test_subscriptions_are_made_and_removed_from_the_page(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    address = "https://muniment.example/hooks"
    for topics in ("archive", "privacy", "all"):
        await client.post(f"{shop.url}/subscriptions", data={"uri": address, "topics": topics})
    assert len(shop.state.subscriptions) == len(ALL_TOPICS)
    assert len(shop.state.app_subscriptions) == 3
    number = shop.state.subscriptions[0].number
    for _ in range(2):
        async with client.post(f"{shop.url}/subscriptions/{number}/delete") as answer:
            assert answer.status == 200
    assert len(shop.state.subscriptions) == len(ALL_TOPICS) - 1
    async with client.post(f"{shop.url}/subscriptions", data={"uri": "nowhere"}) as answer:
        assert "Address is not a valid URI" in await answer.text()


async def test_switches_are_set_and_cleared_from_the_page(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    async with client.post(f"{shop.url}/hooks/switches", data={"lose": "0.5", "delay": ""}) as answer:
        assert "lose = 0.5" in await answer.text()
    async with client.post(f"{shop.url}/hooks/switches", data={"lose": "7"}) as answer:
        assert "between 0 and 1" in await answer.text()
    async with client.post(f"{shop.url}/hooks/switches", data={"lose": "much"}) as answer:
        assert "alert" in await answer.text()
    assert shop.faults.switched_on() == {"lose": 0.5}
    await client.post(f"{shop.url}/hooks/switches", data={"all_off": "1", "lose": "1"})
    assert shop.faults.as_dict() == Faults().as_dict()
    async with client.post(f"{shop.url}/hooks/release") as answer:
        assert answer.url.path == "/hooks"


async def test_the_app_is_looked_after_from_its_page(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    before, now = shop.desk.tokens.secrets, shop.state.clock.now()

    async def press(deed: str, **form: str) -> str:
        async with client.post(f"{shop.url}/app/{deed}", data=form) as answer:
            assert answer.url.path == "/app"
            return await answer.text()

    assert "rotate it first" in await press("revoke")
    assert before[0] in await press("rotate")
    assert before[0] not in await press("revoke")
    assert "read_returns" in await press("scopes", scopes="read_orders, read_returns")
    assert "at least one" in await press("scopes", scopes="")
    assert "alert" not in await press("clock", hours="24")
    assert (shop.state.clock.now() - now).total_seconds() >= 86_400
    assert "between 0 and" in await press("clock", hours="-1")
    assert "not installed" in await press("uninstall")
    assert "is not installed" in await press("uninstall")
    assert "not installed" not in await press("install")
    assert "alert" not in await press("redact")
    assert "alert" not in await press("expire")


async def test_customers_ask_for_their_data_and_for_erasure_on_the_page(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    shop.faults.switch({"lose": 1})
    shop.state.subscribe_to_privacy("https://muniment.example/hooks")
    number = shop.state.stock.buyers[0].customer.number
    for request in ("data-request", "customer-redact"):
        async with client.post(f"{shop.url}/accounts/{number}/{request}") as answer:
            assert answer.url.path == "/accounts"
            assert "alert" not in await answer.text()
    assert [each.topic for each in shop.deliveries] == ["customers/data_request", "customers/redact"]
    async with client.post(f"{shop.url}/accounts/1/data-request") as answer:
        assert "There is no customer 1" in await answer.text()


async def test_a_removed_subscription_is_warned_of_until_it_is_made_again(
    client: aiohttp.ClientSession, shop: RunningShop
) -> None:
    address, topics = "https://muniment.example/hooks", ["orders/create", "orders/paid", "orders/edited"]
    for topic in (*topics, "orders/cancelled", "orders/create"):
        shop.desk.dispatch.log.removed(
            Removal(
                subscription_number=1,
                topic=topic,
                uri=address,
                name=None,
                removed_at=shop.state.clock.now(),
                attempts=9,
                trouble="status 503",
            )
        )
    _, shown = await page(client, f"{shop.url}/hooks")
    assert shown.count("Warning: the subscription") == 3
    assert "Warning: 1 more subscriptions were removed" in shown
    shop.desk.subscribe_all(address, [*topics, "orders/cancelled"])
    assert "Warning:" not in (await page(client, f"{shop.url}/hooks"))[1]


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
        "dispute-won": "won",
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
