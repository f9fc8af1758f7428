"""May we in, and what may we see: the token, the scopes of each flow, protected customer data."""

from __future__ import annotations

from muniment_ops.findings import Finding
from muniment_ops.shop_doctor.ward import Ward, good, note, problem
from muniment_shopify.flows import Flow, missing_scopes
from muniment_shopify.protected_data import protected_data_gaps
from muniment_shopify.shops import granted_scopes, shop_info
from muniment_shopify.tokens import ClientCredentials

_GRANT = "grant it in the app's configuration in the Dev Dashboard, release it, and approve it in the shop"


async def check_access(ward: Ward) -> list[Finding]:
    """Get in with the token, and see that it is the right shop."""
    shop = await shop_info(ward.client)
    asked = str(ward.access.domain)
    if shop.myshopify_domain != asked:
        what = f"{asked} answers as {shop.myshopify_domain}"
        return [problem(what, "set the domain that the shop gives itself: hooks and keys name it")]
    return [good(f"{asked} answers, {_token(ward)}")]


async def check_scopes(ward: Ward) -> list[Finding]:
    """Compare what the app is granted with what each flow needs."""
    granted = await granted_scopes(ward.client)
    return [finding for flow in ward.access.enabled_flows for finding in _scopes(flow, granted)]


async def check_protected_data(ward: Ward) -> list[Finding]:
    """Look at the newest order's buyer: what the app may not see comes back empty."""
    gaps = await protected_data_gaps(ward.client)
    if gaps.denied:
        what = f"the app may not read {', '.join(gaps.denied)}: documents will lack it"
        remedy = (
            "request access to protected customer data (name, address, phone, e-mail), or a plan that has it"
        )
        return [problem(what, remedy)]
    if not gaps.has_order:
        return [note("no order yet: whether the app sees the buyer is known after the first")]
    return [good("the app sees the buyer's name, address, phone and e-mail")]


def _scopes(flow: Flow, granted: frozenset[str]) -> list[Finding]:
    reading = missing_scopes(granted, [flow])
    acting = [each for each in missing_scopes(granted, [flow], to_act=True) if each not in reading]
    optional = sorted(set(flow.optional) - granted)
    findings = []
    if reading:
        lacks = ", ".join(each.text for each in reading)
        remedy = f"{_GRANT}; or leave the flow out of SHOPIFY_INGEST_FLOWS"
        findings.append(problem(f"the flow {flow.name} cannot run: it lacks {lacks}", remedy))
    if acting:
        lacks = ", ".join(each.text for each in acting)
        what = f"the flow {flow.name} is recorded, but nothing can act on the shop: it lacks {lacks}"
        findings.append(note(what, _GRANT))
    if optional:
        findings.append(note(f"the flow {flow.name} goes without {', '.join(optional)}"))
    return findings or [good(f"the flow {flow.name} has its scopes")]


def _token(ward: Ward) -> str:
    tokens = ward.client.tokens
    if isinstance(tokens, ClientCredentials):
        left_s = tokens.expires_in_s
        return (
            f"with a token that is good for {left_s / 3600:.0f} h" if left_s is not None else "with a token"
        )
    return "with a fixed token, which does not expire"
