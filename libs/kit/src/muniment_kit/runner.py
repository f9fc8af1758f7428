"""The one lifecycle of every role: start, serve until told to end, drain, leave, exit."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from random import Random
from typing import TypeAlias

from muniment_contracts.errors import RegistryError
from muniment_contracts.topics import dead_letter_topic, retry_topic
from muniment_kit import log
from muniment_kit.backoff import Backoff
from muniment_kit.broker import Broker, BrokerUnavailable, StartableProducer, TopicsMissing
from muniment_kit.clock import Clock, SystemClock
from muniment_kit.consumer import Consumer
from muniment_kit.errors import MunimentError
from muniment_kit.garbage import set_aside_what_stays
from muniment_kit.health import health_server
from muniment_kit.kafka.broker import KafkaBroker
from muniment_kit.producer_watch import watching
from muniment_kit.publishing import EventEncoder, EventProducer
from muniment_kit.schemas import Schemas, schemas_of
from muniment_kit.service import Service
from muniment_kit.settings import KitSettings
from muniment_kit.spans import tracing_of
from muniment_kit.vital_signs import VitalSigns

logger = log.logger(__name__)

ServiceSource: TypeAlias = Service | Callable[[], AbstractAsyncContextManager[Service]]

_CONNECT_BACKOFF = Backoff(base_s=0.2, cap_s=5.0)


def run(service: ServiceSource, settings: KitSettings, *, name: str | None = None) -> int:
    """Run one role until SIGTERM or SIGINT, and return the exit code: 0 when it ended in good order.

    SIGHUP lets partitions that were stopped begin again.

    ``service`` is the service, or a function giving a context manager that opens its collaborators inside the
    event loop, yields the service, and closes them at the end. A second signal ends the process at once.
    1 means that it could not start, or failed; the log says why.
    """
    log.configure(level=settings.log_level, format=settings.log_format, service=name or _name_of(service))
    try:
        return asyncio.run(_run_until_signal(service, settings))
    except (MunimentError, OSError) as error:
        logger.error("service failed", error=type(error).__name__, reason=str(error))  # noqa: TRY400 - it says all
    except Exception:
        logger.exception("service failed by a fault of its own")
    return 1


async def serve(
    service: Service,
    settings: KitSettings,
    *,
    broker: Broker,
    clock: Clock,
    stop: asyncio.Event,
    on_hangup: Callable[[Callable[[], None]], None] = lambda _: None,
) -> None:
    """Run ``service`` on ``broker`` until ``stop`` is set, then drain and leave.

    ``on_hangup`` is told what to call when stopped partitions are to begin again.
    """
    vital_signs = VitalSigns(
        clock=clock,
        stall_s=settings.stall_s,
        is_consumer=bool(service.table),
        needs_broker=not service.bridges_outages,
    )
    random = Random()  # noqa: S311 - jitter needs no secrets
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(
            health_server(vital_signs, host=settings.health_host, port=settings.health_port)
        )
        schemas = schemas_of(settings)
        stack.push_async_callback(schemas.close)
        producer = broker.producer()
        stack.push_async_callback(producer.stop)
        events = EventProducer(
            producer,
            EventEncoder(service.publishes, topic_prefix=settings.topic_prefix, codec=schemas.codec),
        )
        stack.callback(vital_signs.draining)
        if service.bridges_outages:
            await _beside(service, events, stack)
        if not await _started(
            producer, schemas, service, settings, vital_signs, clock=clock, random=random, stop=stop
        ):
            return
        if not service.bridges_outages:
            await _beside(service, events, stack)
        if service.table:
            consumer = Consumer(
                service,
                broker=broker,
                producer=producer,
                settings=settings,
                clock=clock,
                vital_signs=vital_signs,
                service_version=_version_of(service.name),
                random=random,
                codec=schemas.codec,
            )
            consumer.start()
            stack.push_async_callback(consumer.stop)
            on_hangup(consumer.resume_stopped)
        else:
            await stack.enter_async_context(watching(producer, vital_signs=vital_signs, clock=clock))
        logger.info("service started", service=service.name)
        await stop.wait()
        vital_signs.draining()
        logger.info("service stopping")


async def _beside(service: Service, events: EventProducer, stack: AsyncExitStack) -> None:
    for beside in service.beside:
        await stack.enter_async_context(beside(events))


async def _run_until_signal(source: ServiceSource, settings: KitSettings) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, _on_signal, signum, stop)
    on_hangup = partial(loop.add_signal_handler, signal.SIGHUP)
    on_hangup(logger.info, "signal received: nothing is consumed yet")
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        service = source if isinstance(source, Service) else await stack.enter_async_context(source())
        stack.enter_context(tracing_of(settings, service.name))
        broker = KafkaBroker(settings)
        set_aside_what_stays()
        await serve(service, settings, broker=broker, clock=clock, stop=stop, on_hangup=on_hangup)
    logger.info("service stopped")
    return 0


def _on_signal(signum: int, stop: asyncio.Event) -> None:
    if stop.is_set():
        logger.warning("second signal: ending at once", signal=signal.Signals(signum).name)
        os._exit(128 + signum)
    logger.info("signal received: draining", signal=signal.Signals(signum).name)
    stop.set()


async def _started(
    producer: StartableProducer,
    schemas: Schemas,
    service: Service,
    settings: KitSettings,
    vital_signs: VitalSigns,
    *,
    clock: Clock,
    random: Random,
    stop: asyncio.Event,
) -> bool:
    """Connect the producer and load the schemas, trying until both work; ``False`` if told to stop before."""
    beside = [
        name(topic, service.name) for topic in service.table for name in (retry_topic, dead_letter_topic)
    ]
    needed = [f"{settings.topic_prefix}{name}" for name in (*service.publishes, *service.table, *beside)]
    attempt = 0
    while not stop.is_set():
        attempt += 1
        try:
            await schemas.load()
            await producer.start(needed)
        except (BrokerUnavailable, TopicsMissing, RegistryError) as trouble:
            vital_signs.broker_fails(str(trouble))
            if attempt == 1:
                logger.warning("cannot start, trying again until it works", reason=str(trouble))
            await _sleep_or_stop(clock, _CONNECT_BACKOFF.delay(attempt, random), stop)
            continue
        vital_signs.broker_answers()
        vital_signs.producer_started()
        return True
    return False


async def _sleep_or_stop(clock: Clock, seconds: float, stop: asyncio.Event) -> None:
    waits = {asyncio.ensure_future(clock.sleep(seconds)), asyncio.ensure_future(stop.wait())}
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()


def _name_of(service: ServiceSource) -> str:
    return service.name if isinstance(service, Service) else "muniment"


def _version_of(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "unreleased"
