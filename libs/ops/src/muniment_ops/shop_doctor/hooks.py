"""Do hooks come: subscribed to as wanted, and to an address that takes them in."""

from __future__ import annotations

from urllib.parse import urlsplit

from muniment_kit.errors import MunimentError, SettingsError
from muniment_kit.http import Peer, PeerSettings
from muniment_ops.findings import Finding, Verdict
from muniment_ops.shop_doctor.ward import Ward, good, note, problem
from muniment_shopify.flows import wanted_hooks
from muniment_shopify.subscriptions import SubscriptionReport, reconcile_subscriptions, subscriptions

_WITHIN_S = 5.0
"""Shopify's own patience with a receiver."""
_RESTORE = "run: muniment shopify subscriptions --apply; the role reconcile does it by itself"


async def check_subscriptions(ward: Ward) -> list[Finding]:
    """Compare what is subscribed to with what the flows hear; change nothing."""
    if not ward.hooks_url:
        count = len([each async for each in subscriptions(ward.client)])
        there = f"{count} subscriptions were made through the Admin API" if count else "none is shown"
        what = (
            f"subscriptions are taken to be in shopify.app.toml, which the Admin API does not show; {there}"
        )
        remedy = "make it with: muniment shopify app-toml --uri ADDRESS, or set SHOPIFY_INGEST_HOOKS_URL"
        return [note(what, remedy)]
    wanted = wanted_hooks(ward.access.enabled_flows)
    report = await reconcile_subscriptions(ward.client, wanted, ward.hooks_url, changes=False)
    return _of(report)


async def check_hooks_address(url: str, *, allow_private: bool) -> list[Finding]:
    """Knock without a signature: a receiver of ours answers 401, and Shopify will get through to it."""
    if urlsplit(url).scheme != "https" and not allow_private:
        return [problem(f"hooks are to come to {url}", "use https: Shopify delivers to nothing else")]
    settings = PeerSettings(allow_private=allow_private, timeout_s=_WITHIN_S, max_attempts=1)
    parts = urlsplit(url)
    try:
        peer = Peer("hooks-address", f"{parts.scheme}://{parts.netloc}", settings)
    except SettingsError as error:
        return [problem(f"hooks are to come to {url}: {error}", "name the public address that Shopify calls")]
    try:
        answer = await peer.request("POST", parts.path or "/", repeatable=True, data=b"{}")
    except MunimentError as error:
        what = f"nobody takes hooks in at {url}: {error}"
        return [Finding("shopify", Verdict.NOT_REACHABLE, what, "check DNS, certificate, proxy and receiver")]
    finally:
        await peer.close()
    if answer.status == 401:
        return [good(f"{url} takes hooks in, and refuses one without a signature")]
    return [_wrong(url, answer.status)]


def _wrong(url: str, status: int) -> Finding:
    what = f"{url} answers {status} to a hook without a signature; a receiver of ours answers 401"
    if 200 <= status < 300:
        return problem(
            what, "something else takes the hooks: they would be lost; lead the address to the receiver"
        )
    if status in (404, 405):
        return problem(
            what, "the path is another: SHOPIFY_INGEST_PATH of the receiver, /hooks/shopify by default"
        )
    return problem(what, "look at the proxy before the receiver, and at the receiver's /readyz")


def _of(report: SubscriptionReport) -> list[Finding]:
    findings = []
    for topics, what in (
        (report.added, "not subscribed to"),
        (report.changed, "subscribed to with another address, format, filter or version"),
        (report.removed, "subscribed to more than once"),
    ):
        if topics:
            findings.append(problem(f"{what}: {', '.join(topics)}", _RESTORE))
    if not findings:
        findings.append(good(f"all {len(report.there)} hooks of the flows are subscribed to"))
    if report.other_version:
        what = f"{len(report.other_version)} hooks have bodies of another API version than we ask for"
        findings.append(note(what, "set api_version under [webhooks] in shopify.app.toml, and deploy it"))
    if report.unwanted:
        what = f"subscribed to without any flow that hears it: {', '.join(report.unwanted)}"
        findings.append(note(what, "harmless: such hooks are kept and lead to nothing"))
    if report.foreign:
        findings.append(note(f"{len(report.foreign)} subscriptions of this app lead to other addresses"))
    return findings
