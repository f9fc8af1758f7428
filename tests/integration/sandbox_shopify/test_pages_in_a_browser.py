"""The shop's pages as people use them, in a real browser, with JavaScript on and off."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, expect

from muniment_sandbox.shopify.shop_desk import ALL_TOPICS
from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.holding import HoldWish
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from tests.integration.sandbox_shopify.listening import Ear, listening

EVIL = "<script>evil=1</script><img src onerror=evil=1>"


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    async with listening() as listener:
        yield listener


@pytest.fixture
async def told_shop(ear: Ear) -> AsyncIterator[RunningShop]:
    """A shop without orders that tells an address of everything."""
    async with running_shop(seed="empty") as shop:
        shop.desk.subscribe_all(ear.url, ALL_TOPICS)
        yield shop


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def open_section(page: Page, name: str) -> None:
    await page.get_by_role("navigation").get_by_role("link", name=name).click()


async def buy_and_ask_for_a_return(page: Page, shop: RunningShop) -> None:
    """Place an order, read its timeline, let it be sent, ask for a return, and decide it."""
    await page.goto(shop.url)
    await press(page, "Place an order")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("#1001")
    timeline = page.locator("section").filter(has=page.get_by_role("heading", name="Timeline"))
    for button, words in (
        ("Pay", "paid"),
        ("Send all", "fulfilled"),
        ("Request a return", "return requested"),
    ):
        await press(page, button)
        await expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    await expect(timeline.get_by_role("definition")).not_to_have_count(0)
    await expect(timeline).to_contain_text("units were sent")
    await press(page, "Approve the return")
    await press(page, "Mark as high risk")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("high risk")
    await press(page, "Open a dispute")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("disputed")
    (order,) = shop.state.orders.values()
    assert [each.status for each in order.returns] == ["OPEN"]


async def see_the_hooks(page: Page, shop: RunningShop, ear: Ear) -> None:
    """The deliveries are there with their attempts, and one of them with its body."""
    await shop.hooks_settled()
    await open_section(page, "Hooks")
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="returns/request"))
    await expect(row).to_contain_text("#1001")
    await expect(row).to_contain_text("200")
    await row.get_by_role("link", name="returns/request").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("delivered")
    heard = next(each for each in ear.heard if each.topic == "returns/request")
    await expect(page.locator("dl.facts")).to_contain_text(heard.webhook_id)
    (order,) = shop.state.orders.values()
    await expect(page.locator("pre")).to_contain_text(str(order.returns[0].number))
    await page.get_by_role("link", name="#1001").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("#1001")


async def look_at_a_product(page: Page, shop: RunningShop) -> None:
    """A product shows its picture, whose bytes arrive."""
    await open_section(page, "Products")
    product = shop.state.all_of(Product)[0]
    await page.get_by_role("link", name=product.title).first.click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(product.title)
    picture = page.get_by_role("region", name="Pictures").get_by_role("img").first
    await expect(picture).to_have_js_property("naturalWidth", 480)


async def test_what_an_app_decides_is_seen_on_the_order(page: Page, told_shop: RunningShop) -> None:
    state = told_shop.state
    await page.goto(told_shop.url)
    await press(page, "Place an order")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("#1001")
    (order,) = state.orders.values()
    (target, *_) = state.route(order)
    app = state.installation.app
    state.hold(target, HoldWish(reason="HIGH_RISK_OF_FRAUD", handle="muniment-risk", app=app))
    state.tag(order, add=["ecm-review"])
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("on hold")
    held = page.locator("section").filter(has=page.get_by_role("heading", name="Fulfillment orders"))
    await expect(held).to_contain_text("muniment-risk")
    await expect(held).to_contain_text(app.title)
    await expect(page.get_by_text("ecm-review")).to_be_visible()
    state.release_holds(target)
    state.tag(order, add=["ecm-approved"], remove=["ecm-review"])
    await page.reload()
    await expect(page.get_by_role("heading", level=1)).not_to_contain_text("on hold")
    await expect(page.get_by_text("ecm-approved")).to_be_visible()
    await expect(page.get_by_text("ecm-review")).to_have_count(0)


@pytest.mark.parametrize("has_scripts", [True, False])
async def test_an_order_is_placed_returned_and_told_of(
    request: pytest.FixtureRequest,
    told_shop: RunningShop,
    ear: Ear,
    page: Page,
    plain_page: Page,
    has_scripts: bool,
) -> None:
    shown = page if has_scripts else plain_page
    await buy_and_ask_for_a_return(shown, told_shop)
    await see_the_hooks(shown, told_shop, ear)
    await look_at_a_product(shown, told_shop)


async def test_a_subscription_that_failed_is_warned_of_and_made_again(
    page: Page, told_shop: RunningShop, ear: Ear
) -> None:
    shop = told_shop
    await page.goto(f"{shop.url}/hooks")
    await page.get_by_label("outage").fill("1")
    await press(page, "Set the switches")
    await expect(page.get_by_text("Switched on: outage = 1.0")).to_be_visible()
    await page.goto(shop.url)
    await press(page, "Place an order")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("#1001")
    await open_section(page, "App")
    while shop.desk.dispatch.summary()["pending"]:
        await press(page, "Move the clock on")
    await open_section(page, "Hooks")
    await expect(page.get_by_role("alert").filter(has_text="orders/create")).to_contain_text(
        "9 attempts failed"
    )
    await press(page, "Switch all off")
    await expect(page.get_by_text("Switched on:")).to_have_count(0)
    await page.get_by_label("Address").fill(ear.url)
    await page.get_by_label("Topics").select_option("all")
    await press(page, "Subscribe")
    await expect(page.get_by_role("cell", name="orders/create", exact=True).last).to_be_visible()
    assert len(shop.state.subscriptions) == len(ALL_TOPICS)


async def test_a_secret_is_rotated_by_hand(page: Page, told_shop: RunningShop) -> None:
    shop = told_shop
    old = shop.webhook_secret
    await page.goto(f"{shop.url}/app")
    await press(page, "Rotate the secret")
    await expect(page.get_by_text("Newer")).to_be_visible()
    new = shop.desk.tokens.secrets[1]
    await expect(page.get_by_text(new)).to_be_visible()
    await press(page, "Revoke the oldest secret")
    await expect(page.get_by_text(old)).to_have_count(0)
    assert shop.webhook_secret == new


async def test_what_shoppers_write_runs_nowhere(page: Page, told_shop: RunningShop) -> None:
    shop = told_shop
    await page.goto(shop.url)
    await press(page, "Place an order")
    (order,) = shop.state.orders.values()
    assert order.customer is not None
    order.customer.first_name = EVIL
    product = order.lines[0].product
    assert product is not None
    shop.state.change_product(product, {"title": EVIL})
    shop.state.update_order(order, note=EVIL, tags=[EVIL])
    await shop.hooks_settled()
    number = next(each.number for each in shop.deliveries if EVIL.encode() in each.body)
    for path in (
        "/",
        f"/orders/{order.number}",
        f"/products/{product.number}",
        "/products",
        "/accounts",
        f"/hooks/{number}",
    ):
        await page.goto(f"{shop.url}{path}")
        await expect(page.get_by_text(EVIL).first).to_be_attached()
        assert await page.evaluate("() => window.evil") is None
