"""The consumer: joins the group, polls, commits in time, and begins again when the broker was away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from random import Random

from muniment_contracts.codec import Codec
from muniment_kit import log
from muniment_kit.assignment import Assignment
from muniment_kit.backoff import Backoff
from muniment_kit.broker import Broker, BrokerUnavailable, Member, MemberLost, TopicsMissing
from muniment_kit.clock import Clock
from muniment_kit.dead_letters import DeadLetterWriter
from muniment_kit.handling import Handling
from muniment_kit.partitions import Partition
from muniment_kit.producer import RecordOutlet
from muniment_kit.publishing import EventEncoder
from muniment_kit.retry import RetryPolicy
from muniment_kit.routes import routes_of
from muniment_kit.service import Service
from muniment_kit.settings import KitSettings
from muniment_kit.vital_signs import VitalSigns
from muniment_kit.watch import INTERVAL_S, Watch

logger = log.logger(__name__)

_POLL_S = 0.5
_LEARNING_POLL_S = 0.05  # the sources wait meanwhile
_REJOIN_BACKOFF = Backoff(base_s=0.5, cap_s=10.0)


class Consumer:
    """Runs the handlers of one service over the records of its topics."""

    def __init__(
        self,
        service: Service,
        *,
        broker: Broker,
        producer: RecordOutlet,
        settings: KitSettings,
        clock: Clock,
        vital_signs: VitalSigns,
        service_version: str,
        random: Random,
        codec: Codec | None = None,
    ) -> None:
        self._broker = broker
        self._settings = settings
        self._clock = clock
        self._random = random
        self._vital_signs = vital_signs
        self._group = f"{settings.topic_prefix}{service.name}"
        routes = routes_of(service, topic_prefix=settings.topic_prefix, codec=codec)
        self._topics = [*routes, *(route.retries for route in routes.values())]
        handling = Handling(
            encoder=EventEncoder(service.publishes, topic_prefix=settings.topic_prefix, codec=codec),
            dead_letters=DeadLetterWriter(self._group, service_version),
            retries=RetryPolicy.of(settings),
            clock=clock,
            random=random,
        )
        self._assignment = Assignment(
            service=service.name,
            routes=routes,
            handling=handling,
            producer=producer,
            settings=settings,
            clock=clock,
            random=random,
            vital_signs=vital_signs,
        )
        self._watch = Watch(self._assignment, vital_signs=vital_signs, clock=clock)
        self._member: Member | None = None
        self._has_started = False  # the member
        self._is_to_resume = False
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to consume in the background, as soon as the broker is there."""
        self._tasks = [
            asyncio.create_task(self._consume(), name="consume"),
            asyncio.create_task(self._every(self._settings.commit_interval_s, self._commit), name="commit"),
            asyncio.create_task(self._every(INTERVAL_S, self._look), name="watch"),
        ]

    async def stop(self) -> None:
        """Take nothing more, let running handlers finish in the drain time, commit, leave the group."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._assignment.give_back_all()
        await self._leave()

    def resume_stopped(self) -> None:
        """Let every partition that is stopped begin again soon, from what is finished."""
        self._is_to_resume = True

    @property
    def partitions(self) -> Collection[Partition]:
        """The partitions of the service's topics that this process has now."""
        return self._assignment.sources

    @property
    def is_busy(self) -> bool:
        """Whether a handler runs, or could."""
        return not self._assignment.is_at_rest

    async def _consume(self) -> None:
        failures = 0
        while True:
            try:
                await self._join()
                failures = 0
                await self._poll()
            except (BrokerUnavailable, MemberLost, TopicsMissing) as trouble:
                failures += 1
                if failures == 1:
                    logger.warning("cannot consume, trying again until it works", reason=str(trouble))
                self._vital_signs.broker_fails(str(trouble))
            except Exception:  # whatever it is: consuming begins anew, from what was committed
                failures += 1
                logger.exception("cannot consume: a fault of the runtime, trying again")
                self._vital_signs.broker_fails("The consumer failed by a fault of its own.")
            await self._assignment.give_back_all(is_lost=True)
            await self._leave()
            await self._clock.sleep(_REJOIN_BACKOFF.delay(failures, self._random))

    async def _join(self) -> None:
        self._member = self._broker.member(group=self._group, topics=self._topics)
        self._assignment.serve(self._member)
        await self._member.start(self._assignment)
        self._has_started = True

    async def _poll(self) -> None:
        assert self._member is not None
        member, assignment = self._member, self._assignment
        while True:
            if self._is_to_resume:
                self._is_to_resume = False
                await assignment.resume_stopped(member)
            if assignment.is_learning:
                await assignment.learn(member)
            timeout_s = _LEARNING_POLL_S if assignment.is_learning else _POLL_S
            records = await member.poll(timeout_s=timeout_s, max_records=self._settings.poll_records)
            self._vital_signs.polled()
            if records:
                self._vital_signs.fetched()
                assignment.receive(member, records)
                await asyncio.sleep(0)  # poll may find records at hand without waiting: workers must run too

    async def _leave(self) -> None:
        member, self._member, self._has_started = self._member, None, False
        self._assignment.serve(None)
        if member is not None:
            await member.stop()

    async def _commit(self) -> None:
        await self._assignment.commit()

    async def _look(self) -> None:
        if self._member is not None and self._has_started:
            await self._watch.look(self._member)
        else:  # nothing can move before the broker is there
            self._vital_signs.handled()
            self._vital_signs.fetched()

    async def _every(self, interval_s: float, act: Callable[[], Awaitable[None]]) -> None:
        while True:
            await self._clock.sleep(interval_s)
            try:
                await act()
            except Exception:  # the next time may go well, and nothing is lost meanwhile
                logger.exception("a fault of the runtime, going on")
