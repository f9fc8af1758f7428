"""On what terms we talk: the API version and its end, whose clock is right, how much may be asked."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from muniment_ops.findings import Finding
from muniment_ops.shop_doctor.ward import Ward, good, note, problem
from muniment_shopify.api_versions import api_versions, served_until

_SOON = timedelta(days=90)
_SKEW_S = 30.0
_CUT_OFF_S = 0.5
"""What a time in whole seconds lacks on average."""
_FEW_POINTS_A_S = 100.0


async def check_version(ward: Ward) -> list[Finding]:
    """See that the version asked for is served, and for long enough."""
    asked = ward.client.version
    supported = [each.handle for each in await api_versions(ward.client) if each.is_supported]
    newest = max(supported, default="none")
    if asked not in supported:
        what = f"API version {asked} is not a supported one; the newest is {newest}"
        return [
            problem(what, "set SHOPIFY_INGEST_API_VERSION to a supported version, after reading its changes")
        ]
    end = served_until(asked)
    if end is not None and end - ward.clock.now().astimezone(UTC).date() < _SOON:
        what = f"API version {asked} is served until {_day(end)} at least; the newest is {newest}"
        return [
            problem(what, "move to the newest version before that day: then an older one is not answered")
        ]
    until = f" until {_day(end)} at least" if end else ""
    return [good(f"API version {asked} is asked for and answered; it is served{until}")]


async def check_clock(ward: Ward) -> list[Finding]:
    """Compare this machine's clock with the shop's."""
    before = ward.clock.now()
    theirs = await ward.client.shop_time()
    after = ward.clock.now()
    if theirs is None:
        return [note("the shop does not say what time it is, so this machine's clock is not compared")]
    ours = before + (after - before) / 2
    ahead_s = (ours - theirs).total_seconds() - _CUT_OFF_S
    if abs(ahead_s) > _SKEW_S:
        where = "ahead of" if ahead_s > 0 else "behind"
        what = f"this machine's clock is {abs(ahead_s):.0f} s {where} the shop's"
        return [problem(what, "let it be set by NTP: tokens, deadlines and reconciliation go by it")]
    return [good(f"this machine's clock and the shop's differ by {abs(ahead_s):.0f} s")]


async def check_points(ward: Ward) -> list[Finding]:
    """Say how much the shop's plan lets the app ask."""
    bucket = ward.client.bucket
    what = f"the plan grants {bucket.restore_rate:,.0f} points a second, {bucket.maximum:,.0f} at once"
    if bucket.restore_rate < _FEW_POINTS_A_S:
        return [note(what, "little: loading history takes long, and shares with everything live")]
    return [good(what)]


def _day(day: date) -> str:
    return f"{day:%Y-%m-%d}"
