"""The doctor at a shop: everything as it should be, then one thing after another taken away."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web

from muniment_kit.testing import ManualClock
from muniment_ops.commands.shopify import sentence, write_app_toml
from muniment_ops.exit_codes import WrongUse
from muniment_ops.findings import Finding, Verdict
from muniment_ops.shop_doctor import examine_shops
from muniment_ops.shop_doctor.hooks import check_hooks_address
from muniment_sandbox.shopify.costs import Bucket
from muniment_sandbox.shopify.state.founding import found_shop
from muniment_sandbox.shopify.state.subscribing import SubscriptionWish
from muniment_sandbox.shopify.testing import RunningShop, running_shop
from muniment_shopify.subscriptions import SubscriptionReport
from tests.integration.ops.test_command import muniment

pytestmark = pytest.mark.connected

GOOD = {Verdict.GOOD, Verdict.NOTE}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def shop() -> AsyncIterator[RunningShop]:
    async with running_shop() as opened:
        yield opened


@asynccontextmanager
async def receiver(status: int = 401) -> AsyncIterator[str]:
    """Yield the address of something that answers every hook with ``status``."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": "/"} if status == 302 else None)

    app = web.Application()
    app.router.add_post("/hooks/shopify", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/hooks/shopify"
    finally:
        await runner.cleanup()


def environment(shop: RunningShop, **more: str) -> dict[str, str]:
    return {
        "SHOPIFY_INGEST_SHOP": shop.shop,
        "SHOPIFY_INGEST_CLIENT_ID": shop.client_id,
        "SHOPIFY_INGEST_CLIENT_SECRET": shop.client_secret,
        "SHOPIFY_INGEST_ADMIN_URL": shop.url,
        "SHOPIFY_INGEST_ALLOW_PRIVATE_ADDRESSES": "true",
        **more,
    }


async def examined(
    monkeypatch: pytest.MonkeyPatch, shop: RunningShop, *, clock: ManualClock | None = None, **more: str
) -> list[Finding]:
    for name, value in environment(shop, **more).items():
        monkeypatch.setenv(name, value)
    return await examine_shops(clock=clock)


def amiss(findings: list[Finding]) -> list[Finding]:
    found = [each for each in findings if each.verdict not in GOOD]
    assert all(each.remedy for each in found)
    return found


async def test_a_shop_that_is_as_it_should_be(monkeypatch: pytest.MonkeyPatch, shop: RunningShop) -> None:
    async with receiver() as url:
        shop.desk.subscribe_all(url)
        ended = await muniment(
            "shopify",
            "subscriptions",
            "--apply",
            "--json",
            env=environment(shop, SHOPIFY_INGEST_HOOKS_URL=url),
        )
        assert ended.code == 0, ended.out
        findings = await examined(monkeypatch, shop, SHOPIFY_INGEST_HOOKS_URL=url)
    said = " ".join(each.what for each in findings)
    assert amiss(findings) == []
    assert "good for 24 h" in said
    assert "the flow order-archive has its scopes" in said
    assert "served until 2027-10-01" in said
    assert "points a second" in said
    assert "hooks of the flows are subscribed to" in said
    assert "refuses one without a signature" in said
    assert "name, address, phone and e-mail" in said


async def test_a_scope_is_missing(monkeypatch: pytest.MonkeyPatch, shop: RunningShop) -> None:
    _without(shop, "read_draft_orders", "write_draft_orders", "write_returns")
    findings = await examined(monkeypatch, shop)
    [lacking] = amiss(findings)
    assert "the flow approval cannot run: it lacks read_draft_orders" in lacking.what
    notes = [each.what for each in findings if each.verdict is Verdict.NOTE]
    assert any("customer-cases is recorded, but nothing can act" in what for what in notes)
    assert amiss(await examined(monkeypatch, shop, SHOPIFY_INGEST_FLOWS="customer-cases")) == []


async def test_the_buyer_may_not_be_seen(monkeypatch: pytest.MonkeyPatch, shop: RunningShop) -> None:
    _without(shop, "read_customers", "write_customers")
    findings = await examined(monkeypatch, shop, SHOPIFY_INGEST_FLOWS="content-publishing")
    [unseen] = amiss(findings)
    assert "the app may not read customer" in unseen.what
    assert "protected customer data" in unseen.remedy


async def test_a_subscription_is_gone_and_another_is_filtered(
    monkeypatch: pytest.MonkeyPatch, shop: RunningShop
) -> None:
    async with receiver() as url:
        shop.state.subscribe(SubscriptionWish(topic="ORDERS_CREATE", uri=url, filter="total_price:>=5000"))
        shop.state.subscribe(SubscriptionWish(topic="CARTS_UPDATE", uri="https://other.example/"))
        before = list(shop.state.subscriptions)
        findings = await examined(
            monkeypatch, shop, SHOPIFY_INGEST_HOOKS_URL=url, SHOPIFY_INGEST_FLOWS="order-archive"
        )
    whats = [each.what for each in amiss(findings)]
    assert any(what.startswith("not subscribed to: ") and "orders/paid" in what for what in whats)
    assert any("filter" in what and what.endswith(": orders/create") for what in whats)
    assert any("lead to other addresses" in each.what for each in findings)
    assert shop.state.subscriptions == before


async def test_a_version_that_fell_out_of_support(monkeypatch: pytest.MonkeyPatch, shop: RunningShop) -> None:
    [wrong] = amiss(await examined(monkeypatch, shop, SHOPIFY_INGEST_API_VERSION="2025-01"))
    assert "2026-01 instead of 2025-01" in wrong.what
    [candidate] = amiss(await examined(monkeypatch, shop, SHOPIFY_INGEST_API_VERSION="2027-01"))
    assert "2027-01 is not a supported one; the newest is 2026-10" in candidate.what


async def test_a_clock_that_is_wrong(monkeypatch: pytest.MonkeyPatch, shop: RunningShop) -> None:
    behind = ManualClock()
    [skewed] = [
        each for each in amiss(await examined(monkeypatch, shop, clock=behind)) if "clock" in each.what
    ]
    assert "NTP" in skewed.remedy
    ended = await muniment(
        "doctor", "shopify", "--json", env={**environment(shop), "MUNIMENT_CLOCK_OFFSET_S": "600"}
    )
    whats = [each["what"] for each in json.loads(ended.out)["findings"] if each["verdict"] == "problem"]
    assert ended.code == 1
    assert any(re.search(r"(599|600|601) s ahead of the shop's", what) for what in whats), whats


async def test_a_version_near_its_end(monkeypatch: pytest.MonkeyPatch, shop: RunningShop) -> None:
    late = ManualClock(datetime(2027, 8, 1, tzinfo=UTC))
    whats = [each.what for each in amiss(await examined(monkeypatch, shop, clock=late))]
    assert any("2026-10 is served until 2027-10-01" in what for what in whats)


@pytest.mark.parametrize(
    ("status", "told", "verdict"),
    [
        (200, "something else takes the hooks", Verdict.PROBLEM),
        (404, "the path is another", Verdict.PROBLEM),
        (403, "look at the proxy", Verdict.PROBLEM),
        (302, "check DNS", Verdict.NOT_REACHABLE),
        (503, "check DNS", Verdict.NOT_REACHABLE),
    ],
)
async def test_something_else_answers_where_hooks_come_to(
    monkeypatch: pytest.MonkeyPatch, shop: RunningShop, status: int, told: str, verdict: Verdict
) -> None:
    async with receiver(status) as url:
        findings = await examined(monkeypatch, shop, SHOPIFY_INGEST_HOOKS_URL=url)
    [wrong] = [each for each in amiss(findings) if url in each.what]
    assert told in wrong.remedy
    assert wrong.verdict is verdict


async def test_nobody_answers_where_hooks_come_to(monkeypatch: pytest.MonkeyPatch, shop: RunningShop) -> None:
    nowhere = "http://127.0.0.1:1/hooks/shopify"
    findings = await examined(monkeypatch, shop, SHOPIFY_INGEST_HOOKS_URL=nowhere)
    assert [each.verdict for each in amiss(findings) if nowhere in each.what] == [Verdict.NOT_REACHABLE]


@pytest.mark.parametrize("url", ["http://muniment.example/hooks/shopify", "https://10.0.0.1/hooks/shopify"])
async def test_an_address_that_shopify_cannot_call_is_said(url: str) -> None:
    [wrong] = amiss(await check_hooks_address(url, allow_private=False))
    assert wrong.verdict is Verdict.PROBLEM
    assert url in wrong.what


async def test_a_token_that_is_refused_ends_the_examination_of_that_shop(
    monkeypatch: pytest.MonkeyPatch, shop: RunningShop
) -> None:
    findings = await examined(monkeypatch, shop, SHOPIFY_INGEST_CLIENT_SECRET="wrong")
    [refused] = amiss(findings)
    assert "invalid_client" in refused.what
    assert "Dev Dashboard" in refused.remedy
    shop.desk.tokens.installed = False
    [refused] = amiss(await examined(monkeypatch, shop))
    assert "app_not_installed" in refused.what


async def test_few_points_are_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running_shop(bucket=Bucket(1000, 50)) as shop:
        findings = await examined(monkeypatch, shop)
    assert amiss(findings) == []
    assert any("50 points a second, 1,000 at once" in each.what for each in findings)


async def test_every_shop_of_the_file_is_examined_and_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = found_shop(domain="eastwind.myshopify.com")
    async with running_shop() as shop, running_shop(shop=other) as east, receiver() as url:
        _without(east, "read_customer_merge")
        file = tmp_path / "shops.toml"
        file.write_text(
            f'[[shops]]\ndomain = "{shop.shop}"\naccess_token = "{shop.access_token}"\n'
            f'admin_url = "{shop.url}"\nallow_private_addresses = true\nflows = ["order-archive"]\n'
            f'[[shops]]\ndomain = "{east.shop}"\naccess_token = "{east.access_token}"\n'
            f'admin_url = "{east.url}"\nallow_private_addresses = true\n'
        )
        env = {"SHOPIFY_INGEST_SHOPS_FILE": str(file), "SHOPIFY_INGEST_HOOKS_URL": url}
        kept = await muniment("shopify", "subscriptions", "--apply", "--json", env=env)
        shown = await muniment("doctor", "shopify", env={**env, "COLUMNS": "200"})
        for name, value in env.items():
            monkeypatch.setenv(name, value)
        findings = await examine_shops()
    first, second = json.loads(kept.out)["shops"]
    assert (kept.code, len(first["added"]), second["refused"]) == (1, 15, ["customers/merge"])
    problems = [each for each in findings if each.verdict is Verdict.PROBLEM]
    assert {each.shop for each in problems} == {"eastwind"}
    assert any("read_customer_merge" in each.what for each in problems)
    assert any("no order yet" in each.what for each in findings if each.shop == "eastwind")
    assert shown.code == 1
    assert "shopify eastwind" in shown.out
    assert "all 15 hooks of the flows are subscribed to" in shown.out


def test_the_apps_file_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "shopify.app.toml"
    url = "https://muniment.example/hooks/shopify"
    write_app_toml(url, flows="approval", out=out)
    assert "draft_orders/create" in out.read_text()
    write_app_toml(url, only_read=True)
    shown = capsys.readouterr().out
    assert "compliance_topics" in shown
    assert "write_" not in shown
    with pytest.raises(WrongUse, match="there is no flow dance"):
        write_app_toml(url, flows="dance")


async def test_subscriptions_need_an_address() -> None:
    env = {"SHOPIFY_INGEST_SHOP": "a.myshopify.com", "SHOPIFY_INGEST_ACCESS_TOKEN": "x"}
    unset = await muniment("shopify", "subscriptions", env=env)
    assert unset.code == 2
    assert "SHOPIFY_INGEST_HOOKS_URL" in unset.err


def test_what_was_done_is_one_sentence() -> None:
    report = SubscriptionReport(("a",), ("b", "c"), (), (), ("d",), (), (), ())
    assert sentence(report, applied=True) == "1 as wanted; 2 made (b, c); 1 refused by Shopify (d)."
    assert sentence(report, applied=False) == "1 as wanted; 2 to be made (b, c); 1 refused by Shopify (d)."


def _without(shop: RunningShop, *scopes: str) -> None:
    left = [each for each in shop.desk.tokens.scope.split(",") if each not in scopes]
    shop.desk.tokens.scope = ",".join(left)
    installation = shop.state.installation
    installation.access_scopes = [each for each in installation.access_scopes if each.handle not in scopes]
