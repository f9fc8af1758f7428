"""Every topic Shopify knows has exactly one outcome, and every outcome leads somewhere."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_kit.errors import Retryable
from muniment_kit.outcomes import Done
from muniment_kit.testing import ServiceHarness
from muniment_shopify.hooks import TOPICS
from muniment_shopify.snapshots import PARTS
from shopify_ingest.app import build_record
from shopify_ingest.receive.acceptance import Accepted, Gate
from shopify_ingest.record.outcomes import OUTCOMES, Outcome, outcome_of
from shopify_ingest.record.privacy_requests import OF_CUSTOMER, OF_SHOP
from shopify_ingest.record.recorders import RECORDERS
from shopify_ingest.record.topics_of_changes import CHANGE_TOPICS, topic_of
from tests.builders.deliveries import SECRET, delivery
from tests.builders.events import START
from tests.builders.orders import snapshot
from tests.builders.shop_objects import PaperShop
from tests.reference import HOOK_SAMPLES, needs_hook_samples

#: Bodies in Shopify's samples that do not say what they are about: nothing can be asked.
NAMELESS = {"returns/process", "orders/risk_assessment_changed"}


def sample(hook: str) -> Event[HookReceived]:
    """Return the hook as the gate passes it on: Shopify's sample body, signed."""
    told = delivery((HOOK_SAMPLES / f"{hook.replace('/', '__')}.json").read_bytes(), hook=hook)
    judged = Gate({"northwind": [SECRET.encode()]}).judge(told.headers, told.body, START)
    assert isinstance(judged, Accepted)
    return judged.event


def test_every_topic_that_shopify_knows_fits_exactly_one_line() -> None:
    fitting = {topic: sum(fnmatchcase(topic, each.pattern) for each in OUTCOMES) for topic in TOPICS}
    assert len(TOPICS) == 221
    assert {topic: lines for topic, lines in fitting.items() if lines != 1} == {}


def test_every_line_fits_a_topic() -> None:
    assert [e.pattern for e in OUTCOMES if not any(fnmatchcase(t, e.pattern) for t in TOPICS)] == []


def test_every_change_has_its_topic_and_every_topic_its_changes() -> None:
    assert {topic_of(each.change) for each in OUTCOMES if each.change} == set(CHANGE_TOPICS)


@pytest.mark.parametrize("line", [each for each in OUTCOMES if each.change], ids=lambda line: line.pattern)
def test_the_first_object_of_a_line_can_be_recorded(line: Outcome) -> None:
    kind, _ = line.objects[0]
    assert kind in {*RECORDERS, *PARTS, OF_CUSTOMER, OF_SHOP}


def test_a_topic_shopify_does_not_know_is_kept() -> None:
    assert outcome_of("orders/teleported").change is None


@needs_hook_samples
@pytest.mark.parametrize("path", sorted(HOOK_SAMPLES.glob("*.json")), ids=lambda path: str(path.stem))
async def test_a_sample_goes_from_the_gate_to_its_outcome(path: Path) -> None:
    hook = path.stem.replace("__", "/")
    desk = ServiceHarness(build_record(objects=PaperShop()))
    assert isinstance(await desk.hears(sample(hook)), Done)
    change = outcome_of(hook).change
    if change is None or hook in NAMELESS:
        assert desk.published == []
        return
    (event,) = desk.published
    assert (event.topic, event.body.state) == (topic_of(change), "found" if "privacy" in change else "gone")
    assert event.type in (change, "delivery.reported")


@needs_hook_samples
async def test_a_part_that_the_order_does_not_show_yet_is_waited_for() -> None:
    for hook in ("order_transactions/create", "refunds/create", "fulfillments/create", "fulfillments/update"):
        outcome = await ServiceHarness(build_record(objects=PaperShop(snapshot()))).hears(sample(hook))
        assert isinstance(outcome, Retryable), hook
