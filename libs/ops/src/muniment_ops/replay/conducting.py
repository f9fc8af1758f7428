"""A replay from its plan to its sealed report."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from muniment_contracts.codec import Codec
from muniment_contracts.resolver import FileResolver, SchemaResolver
from muniment_kit.kafka import KafkaProducer, create_topics
from muniment_kit.kafka.topics import TopicPlan
from muniment_kit.kafka.window import WindowReader
from muniment_kit.settings import KitSettings
from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.actions import Redrive, Shadow, Verify
from muniment_ops.replay.collaborators import ecm_content, judge_of
from muniment_ops.replay.flows import flow_of
from muniment_ops.replay.html_report import write_html
from muniment_ops.replay.manifest import Manifest, Warrant, make_manifest, seal
from muniment_ops.replay.plan import Plan
from muniment_ops.replay.progress import FINISHED, Progress, RunFolder, now
from muniment_ops.replay.running import Action, OnProgress, Pace, Run
from muniment_ops.signing import Signer

VERIFY, SHADOW, REDRIVE = MODES = ("verify", "shadow", "redrive")
_SHADOW_DAYS = 3


@dataclass(frozen=True, slots=True)
class Order:
    """How a plan is to be run; ``resolver`` finds the schemas, those of the repository by default."""

    mode: str = VERIFY
    warrant: Warrant = field(default_factory=Warrant)
    rate_per_s: float | None = None
    resume: bool = False
    against_ecm: bool = False
    show_personal: bool = False
    signer: Signer | None = None
    resolver: SchemaResolver = field(default_factory=FileResolver)


async def conduct(
    plan: Plan, order: Order, settings: KitSettings, folder: Path, *, on_progress: OnProgress = lambda _: None
) -> Manifest | None:
    """Run ``plan`` and return the sealed manifest, or ``None`` when the run was cancelled before its end.

    Raises ``WrongUse``, ``BrokerUnavailable``, ``ReplayStopped`` or ``SettingsError``. Whatever ends a run,
    it can be resumed from its last batch.
    """
    _check(order)
    run_folder = RunFolder(folder)
    with run_folder.alone():
        progress = run_folder.open(plan, order.mode, resume=order.resume)
        async with AsyncExitStack() as stack:
            action = await stack.enter_async_context(_action(plan, order, settings))
            reader = WindowReader(settings, name="muniment-replay", isolation=plan.isolation)
            uncommitted = WindowReader(settings, name="muniment-replay", isolation="read_uncommitted")
            run = Run(
                plan,
                run_folder,
                progress,
                action,
                await stack.enter_async_context(reader),
                await stack.enter_async_context(uncommitted),
                Pace(order.rate_per_s),
                on_progress,
            )
            await run.run()
        if progress.done(plan) < sum(window.end - window.start for window in plan.windows):
            return None
        return finish(plan, order, run_folder, progress)


def _check(order: Order) -> None:
    if order.mode not in MODES:
        raise WrongUse(f"There is no mode {order.mode}; choose from {', '.join(MODES)}.")
    warrant = order.warrant
    if order.mode != REDRIVE and warrant.is_executed:
        raise WrongUse(
            "--execute belongs to --mode redrive; the other modes publish nothing into live topics."
        )
    if warrant.is_executed and not (warrant.reason and warrant.approved_by):
        raise WrongUse("A redrive is executed only with --reason and --approved-by.")


def finish(plan: Plan, order: Order, folder: RunFolder, progress: Progress) -> Manifest:
    """Write the report of a run that has gone through its plan, and return its sealed manifest."""
    manifest = make_manifest(
        plan, progress, folder.path, warrant=order.warrant, resolver=order.resolver, finished=now()
    )
    signed = order.signer is not None
    write_html(folder.path / "report.html", manifest, folder.differences, signed=signed)
    sealed = seal(folder.path, manifest, order.signer)
    progress.state = FINISHED
    folder.checkpoint(progress)
    return sealed


@asynccontextmanager
async def _action(plan: Plan, order: Order, settings: KitSettings) -> AsyncIterator[Action]:
    """Yield what the mode does; only shadow and an executed redrive have a producer."""
    async with AsyncExitStack() as stack:
        if order.mode == REDRIVE:
            yield Redrive(
                plan.id,
                await _producer(stack, settings, [plan.physical]) if order.warrant.is_executed else None,
            )
            return
        reader = await stack.enter_async_context(WindowReader(settings, name="muniment-replay"))
        content = await stack.enter_async_context(ecm_content()) if order.against_ecm else None
        codec = Codec(order.resolver)
        judge = await judge_of(
            plan, reader, settings, codec=codec, content=content, show_personal=order.show_personal
        )
        verify = Verify(judge)
        if order.mode == VERIFY:
            yield verify
            return
        topics = shadow_topics(plan, settings.topic_prefix)
        config = {"cleanup.policy": "delete", "retention.ms": str(_SHADOW_DAYS * 24 * 3_600_000)}
        config["max.message.bytes"] = str(settings.record_bytes)
        partitions = int(plan.topic_config["partitions"])
        await create_topics(settings, [TopicPlan(name, partitions, config) for name in topics.values()])
        yield Shadow(verify, await _producer(stack, settings, list(topics.values())), topics)


def shadow_topics(plan: Plan, prefix: str) -> dict[str, str]:
    """Return where a shadow run publishes, by the logical names of the answers' topics."""
    return {topic: f"{prefix}replay.{plan.id}.{topic}" for topic in flow_of(plan.topic).answers}


async def _producer(stack: AsyncExitStack, settings: KitSettings, topics: list[str]) -> KafkaProducer:
    producer = KafkaProducer(settings)
    stack.push_async_callback(producer.stop)
    await producer.start(topics)
    return producer
