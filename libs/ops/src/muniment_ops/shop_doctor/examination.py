"""One shop after another, one check after another; a shop that does not let us in is not asked further."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from muniment_kit.clock import Clock, SystemClock
from muniment_kit.errors import MunimentError
from muniment_kit.http_errors import PeerUnavailable
from muniment_kit.settings import read
from muniment_ops.findings import Finding, Verdict
from muniment_ops.shop_doctor.access import check_access, check_protected_data, check_scopes
from muniment_ops.shop_doctor.hooks import check_hooks_address, check_subscriptions
from muniment_ops.shop_doctor.terms import check_clock, check_points, check_version
from muniment_ops.shop_doctor.ward import Ward, note
from shopify_ingest.settings import RecordSettings
from shopify_ingest.shops import admin_clients

Check = Callable[[Ward], Awaitable[list[Finding]]]

_FIRST: Check = check_access
_FURTHER: Sequence[Check] = (
    check_scopes,
    check_version,
    check_clock,
    check_points,
    check_subscriptions,
    check_protected_data,
)


async def examine_shops(*, clock: Clock | None = None) -> list[Finding]:
    """Check every shop of the installation and the address that hooks come to; change nothing.

    Raises ``SettingsError`` when the settings name no shop or no way to ask one.
    """
    settings = read(RecordSettings)
    findings: list[Finding] = []
    async with admin_clients(settings) as clients:
        for handle, access in settings.shops().items():
            ward = Ward(clients[handle], access, settings.hooks_url, clock or SystemClock())
            findings += await _examine(ward)
    return findings + await _address(settings)


async def _examine(ward: Ward) -> list[Finding]:
    findings = await _checked(ward, _FIRST)
    if all(found.verdict in (Verdict.GOOD, Verdict.NOTE) for found in findings):
        for check in _FURTHER:
            findings += await _checked(ward, check)
    return [replace(found, shop=ward.access.handle) for found in findings]


async def _checked(ward: Ward, check: Check) -> list[Finding]:
    try:
        return await check(ward)
    except PeerUnavailable as error:
        what = f"{ward.access.domain} does not answer: {error}"
        return [Finding("shopify", Verdict.NOT_REACHABLE, what, "check the network, and the shop's name")]
    except MunimentError as error:
        return [Finding("shopify", Verdict.PROBLEM, str(error), _REMEDIES.get(type(error).__name__, ""))]


async def _address(settings: RecordSettings) -> list[Finding]:
    if not settings.hooks_url:
        return [
            note(
                "where hooks come to is not set, so it is not tried",
                "set SHOPIFY_INGEST_HOOKS_URL to the address that Shopify delivers to",
            )
        ]
    is_private = any(access.allow_private_addresses for access in settings.shops().values())
    return await check_hooks_address(settings.hooks_url, allow_private=is_private)


_REMEDIES = {
    "TokenRefused": "check client id and secret, or the token, against the app in the Dev Dashboard, and "
    "that it is installed in this shop",
    "ShopNotFound": "check the domain: it is the shop's own .myshopify.com name",
    "ShopFrozen": "the shop's owner settles it with Shopify",
    "WrongApiVersion": "set SHOPIFY_INGEST_API_VERSION to a version that Shopify serves, after reading its "
    "changes",
    "AccessDenied": "grant the scope in the app's configuration and install the new version",
    "Throttled": "others use up this app's points in this shop; try again when they rest",
}
