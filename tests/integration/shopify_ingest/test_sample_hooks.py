"""Every sample body of Shopify's documentation: accepted as it is, and recorded with a defined outcome."""

from __future__ import annotations

import asyncio
from pathlib import Path

from muniment_kit.errors import Retryable
from muniment_kit.outcomes import Done
from muniment_kit.testing import ServiceHarness
from shopify_ingest.app import build_record
from tests.builders.deliveries import delivery
from tests.builders.orders import snapshot
from tests.builders.shop_objects import PaperShop
from tests.integration.shopify_ingest.running_receiver import RunningReceiver
from tests.reference import HOOK_SAMPLES, needs_hook_samples

#: What a hook can announce that an order does not show yet.
NAMING_A_PART = {
    "order_transactions/create",
    "refunds/create",
    "fulfillments/create",
    "fulfillments/update",
}


@needs_hook_samples
async def test_every_sample_is_accepted_and_leads_to_a_defined_outcome(receiver: RunningReceiver) -> None:
    samples = {_hook_of(path): path.read_bytes() for path in sorted(HOOK_SAMPLES.glob("*.json"))}
    assert len(samples) > 80
    told = await asyncio.gather(
        *(receiver.post(delivery(body, hook=hook, webhook_id=hook)) for hook, body in samples.items())
    )
    assert [answer.status for answer in told] == [200] * len(samples)
    stored = await receiver.stored(len(samples))
    assert {hook.body.hook: hook.body.body for hook in stored} == samples
    assert {hook.body.verdict for hook in stored} == {"accepted"}
    for hook in stored:
        known = await ServiceHarness(build_record(objects=PaperShop(snapshot()))).hears(hook)
        assert isinstance(known, Retryable if hook.body.hook in NAMING_A_PART else Done), hook.body.hook
        gone = await ServiceHarness(build_record(objects=PaperShop(None))).hears(hook)
        assert isinstance(gone, Done), hook.body.hook


def _hook_of(path: Path) -> str:
    return path.stem.replace("__", "/")
