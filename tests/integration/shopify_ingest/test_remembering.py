"""What is known of earlier deliveries at the start: the end of the log, and nothing where there is none."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_contracts.topics import Topic
from muniment_kit.kafka import KafkaBroker, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.publishing import EventEncoder
from muniment_kit.records import TopicPartition
from muniment_kit.settings import KitSettings
from muniment_ops.broker.ports import free_port
from shopify_ingest.app import NAME
from shopify_ingest.record import Deliveries, remember
from tests.builders.events import at, hook_received
from tests.builders.kit_settings import kit_settings
from tests.waiting import eventually


def delivered(number: int, minutes: float = 0) -> Event[HookReceived]:
    return hook_received("orders/create", webhook_id=f"hook-{number}", received_at=at(minutes))


async def stored(settings: KitSettings, hooks: Sequence[Event[HookReceived]]) -> None:
    """Store the hooks in a topic with one partition."""
    await create_topics(settings, [TopicPlan(f"{settings.topic_prefix}{Topic.SHOPIFY_HOOKS}", 1, {})])
    encoder = EventEncoder([Topic.SHOPIFY_HOOKS], topic_prefix=settings.topic_prefix)
    producer = KafkaBroker(settings).producer()
    await producer.start([])
    try:
        await producer.send([encoder.encode(hook) for hook in hooks])
    finally:
        await producer.stop()


async def committed(settings: KitSettings, offset: int) -> None:
    """Commit as the role does after ``offset`` hooks."""
    topic = f"{settings.topic_prefix}{Topic.SHOPIFY_HOOKS}"
    member = KafkaBroker(settings).member(group=f"{settings.topic_prefix}{NAME}", topics=[topic])
    listening = Listening()
    await member.start(listening)
    try:
        await eventually(lambda: bool(listening.places), what="an assignment", timeout_s=30)
        await member.commit({TopicPartition(topic, 0): offset})
    finally:
        await member.stop()


class Listening:
    """Knows what is assigned."""

    def __init__(self) -> None:
        self.places: set[TopicPartition] = set()

    def assigned(self, partitions: Collection[TopicPartition]) -> None:
        self.places = set(partitions)

    async def revoked(self, partitions: Collection[TopicPartition]) -> None:
        self.places -= set(partitions)


async def test_only_finished_hooks_are_known_and_of_them_the_last(kafka: str, topic_prefix: str) -> None:
    settings = kit_settings(kafka_bootstrap_servers=kafka, topic_prefix=topic_prefix)
    await stored(settings, [delivered(number) for number in range(6)])
    await committed(settings, 4)
    known = Deliveries()
    await remember(known, settings, service=NAME, records=2)
    assert len(known) == 2
    again = [known.repeats(delivered(number, minutes=1)) for number in range(6)]
    assert again == [False, False, True, True, False, False]


async def test_before_the_first_hook_nothing_is_known_and_nothing_fails(
    kafka: str, topic_prefix: str
) -> None:
    settings = kit_settings(kafka_bootstrap_servers=kafka, topic_prefix=topic_prefix)
    known = Deliveries()
    await remember(known, settings, service=NAME, records=100)
    await stored(settings, [delivered(1)])
    await remember(known, settings, service=NAME, records=100)
    assert len(known) == 0


async def test_a_broker_that_is_away_does_not_keep_the_role_from_starting() -> None:
    nowhere = kit_settings(kafka_bootstrap_servers=f"127.0.0.1:{free_port()}", request_timeout_s=1.0)
    known = Deliveries()
    await remember(known, nowhere, service=NAME, records=100)
    assert len(known) == 0
