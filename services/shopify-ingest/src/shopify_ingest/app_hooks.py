"""What the shop does with the app itself: scopes granted and withdrawn, the app taken out.

Such hooks change no record, and nothing waits for them: they are said in the log the moment they come, and
the watch of ``reconcile`` counts what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_kit import log
from muniment_shopify.flows import FLOWS, missing_scopes

logger = log.logger(__name__)

SCOPES_UPDATED = "app/scopes_update"
UNINSTALLED = "app/uninstalled"


def notice_app_hooks(hooks: Sequence[Event[HookReceived]]) -> None:
    """Say what ``hooks`` tell of the app; all others are passed over."""
    for hook in hooks:
        if hook.body.verdict != "accepted":
            continue
        if hook.body.hook == SCOPES_UPDATED:
            _notice_scopes(hook.body)
        elif hook.body.hook == UNINSTALLED:
            logger.error("the app was taken out of the shop: no hook comes any more", shop=hook.body.shop)


def _notice_scopes(body: HookReceived) -> None:
    try:
        told = orjson.loads(body.body)
        before, now = frozenset(map(str, told["previous"])), frozenset(map(str, told["current"]))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        logger.warning("the shop changed the app's scopes and did not say how", shop=body.shop)
        return
    known = {scope for flow in FLOWS.values() for choices in flow.reads + flow.writes for scope in choices}
    withdrawn = sorted((before - now) & known)
    lacking = {each.flow.name for each in missing_scopes(now, FLOWS.values(), to_act=True)}
    lacking -= {each.flow.name for each in missing_scopes(before, FLOWS.values(), to_act=True)}
    if withdrawn or lacking:
        logger.error(
            "the shop has withdrawn scopes of the app: its flows stand still there",
            shop=body.shop,
            scopes=withdrawn,
            flows=sorted(lacking),
        )
    else:
        logger.info("the shop granted the app scopes", shop=body.shop, scopes=sorted((now - before) & known))
