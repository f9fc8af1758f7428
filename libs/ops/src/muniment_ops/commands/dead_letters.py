"""``muniment dead-letters``: see what died and why, send it back, or settle it for good."""

from __future__ import annotations

import asyncio
import getpass
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from functools import partial
from typing import Annotated

import typer

from muniment_contracts.topics import Topic
from muniment_kit.clock import SystemClock
from muniment_kit.kafka import KafkaProducer
from muniment_kit.kafka.window import WindowReader
from muniment_kit.records import Record
from muniment_kit.schemas import schemas_of
from muniment_kit.settings import KitSettings, read
from muniment_ops.console import JsonOption, people, print_json
from muniment_ops.dead_letters import (
    KafkaRecords,
    LetterBox,
    Selection,
    Settled,
    SettlingPlan,
    group_letters,
    plan_settling,
)
from muniment_ops.dead_letters import discard as discard_letters
from muniment_ops.dead_letters import redrive as redrive_letters
from muniment_ops.dead_letters.letters import Letter
from muniment_ops.dead_letters.printing import printable
from muniment_ops.dead_letters.selection import parse_place, parse_time
from muniment_ops.dead_letters.settling import Operation
from muniment_ops.dead_letters.showing import ShownLetter, show
from muniment_ops.dead_letters.showing import as_json as letter_as_json
from muniment_ops.dead_letters.view import show_groups, show_letter, show_plan
from muniment_ops.exit_codes import WrongUse

app = typer.Typer(help="See what died and why, send it back, or settle it for good.", no_args_is_help=True)

Show = Callable[[Record, Letter, Settled | None], ShownLetter]

_SCHEMA_S = 5.0
_NAME_CHARACTERS = 200
_REASON_CHARACTERS = 2000

TopicsOption = Annotated[
    list[str] | None, typer.Option("--topic", help="A dead-letter topic or its source; may be repeated.")
]
LettersOption = Annotated[
    list[str] | None, typer.Option("--letter", help="One letter, as topic/partition/offset; may be repeated.")
]
GroupsOption = Annotated[
    list[str] | None, typer.Option("--group", help="A group that list named; may be repeated.")
]
CauseOption = Annotated[
    str | None, typer.Option(help="undecodable, rejected, expired, a stage, or an error's class.")
]
KeyOption = Annotated[str | None, typer.Option(help="Letters with exactly this key.")]
SinceOption = Annotated[str | None, typer.Option(help="Died at or after: 2026-03-02T09:00:00Z.")]
UntilOption = Annotated[str | None, typer.Option(help="Died before: 2026-03-02T10:00:00Z.")]
LimitOption = Annotated[int | None, typer.Option(min=1, help="At most so many, the first ones.")]
ByOption = Annotated[str | None, typer.Option(help="Who decides.", show_default="your login name")]


@app.command("list")
def list_(
    topic: Annotated[
        str | None, typer.Argument(help="A dead-letter topic or its source.", show_default="all")
    ] = None,
    with_settled: Annotated[
        bool, typer.Option("--all", help="Count settled letters too.", show_default=False)
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the open letters grouped by topic, service and cause."""

    async def look() -> None:
        async with _letter_box(read(KitSettings)) as box:
            letters = (letter async for _, letter in box.letters(await box.topics([topic] if topic else [])))
            groups = await group_letters(letters, await box.settled(), with_settled=with_settled)
        if as_json:
            print_json({"groups": [asdict(group) | {"cause": group.cause._asdict()} for group in groups]})
        else:
            show_groups(people(), groups, with_settled=with_settled)

    asyncio.run(look())


@app.command("show")
def show_(
    topic: Annotated[str | None, typer.Argument(help="Topic of the letter.", show_default=False)] = None,
    partition: Annotated[int | None, typer.Argument(min=0, show_default=False)] = None,
    offset: Annotated[int | None, typer.Argument(min=0, show_default=False)] = None,
    group: GroupsOption = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many letters.")] = 5,
    with_settled: Annotated[
        bool, typer.Option("--all", help="Settled letters too.", show_default=False)
    ] = False,
    with_personal_data: Annotated[
        bool, typer.Option("--show-personal-data", help="Show fields about people too.", show_default=False)
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show letters with what they hold: one by its place, or the first of a topic or group.

    Values are decoded with the schema they were written with. Fields about people are marked, and hidden
    unless asked for.
    """
    if (partition is None) != (offset is None):
        raise WrongUse("Name a letter by topic, partition and offset, or leave out both numbers.")

    async def look() -> None:
        settings = read(KitSettings)
        schemas = schemas_of(settings, wait_s=_SCHEMA_S)
        show_one = partial(show, with_personal_data=with_personal_data, codec=schemas.codec)
        async with _letter_box(settings) as box:
            if topic is not None and partition is not None and offset is not None:
                shown = [await _shown_at(box, topic, partition, offset, show_one)]
            else:
                selection = Selection(topics=[topic] if topic else (), groups=group or (), limit=limit)
                shown = await _shown(box, selection, show_one, with_settled=with_settled)
        await schemas.close()
        _print_letters(shown, as_json=as_json)

    asyncio.run(look())


@app.command("redrive")
def redrive(
    topic: TopicsOption = None,
    letter: LettersOption = None,
    group: GroupsOption = None,
    cause: CauseOption = None,
    key: KeyOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    execute: Annotated[
        bool, typer.Option("--execute", help="Do it; without it, only say what would be done.")
    ] = False,
    by: ByOption = None,
    reason: Annotated[str | None, typer.Option(help="Why, for the record.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Send open letters back to their source topic, with the same ids, in the order of each key.

    Every consumer of the source topic gets them again; effects happen once. Without --execute nothing is
    changed.
    """
    selection = _selection(topic, letter, group, cause, key, since, until, limit)
    operation = _operation(by, reason)

    async def settle() -> None:
        settings = read(KitSettings)
        async with _letter_box(settings) as box:
            plan = await plan_settling(box, selection)
            done = 0
            if execute and plan.letters:
                async with _producer(settings, plan) as producer:
                    done = await redrive_letters(box, plan, operation, producer=producer, clock=SystemClock())
        _report(plan, operation, done, "redriven", is_executed=execute, as_json=as_json)

    asyncio.run(settle())


@app.command("discard")
def discard(
    reason: Annotated[str, typer.Option(help="Why they need not be handled, for the record.")],
    by: ByOption = None,
    topic: TopicsOption = None,
    letter: LettersOption = None,
    group: GroupsOption = None,
    cause: CauseOption = None,
    key: KeyOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    limit: LimitOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which letters are meant.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Settle open letters as they are: recorded with your reason, kept in their topic, offered no more."""
    selection = _selection(topic, letter, group, cause, key, since, until, limit)
    if selection.is_everything:
        raise WrongUse(
            "Say which letters to discard: --group, --letter, --topic, --cause, --key, --since, --until."
        )
    operation = _operation(by, reason)
    if not operation.reason:
        raise WrongUse("A reason is needed: --reason says why the letters need not be handled.")

    async def settle() -> None:
        settings = read(KitSettings)
        async with _letter_box(settings) as box:
            plan = await plan_settling(box, selection)
            done = 0
            if plan.letters and not dry_run:
                async with _producer(settings, SettlingPlan()) as producer:
                    done = await discard_letters(box, plan, operation, producer=producer, clock=SystemClock())
        _report(plan, operation, done, "discarded", is_executed=not dry_run, as_json=as_json)

    asyncio.run(settle())


@asynccontextmanager
async def _letter_box(settings: KitSettings) -> AsyncIterator[LetterBox]:
    async with WindowReader(settings, name="muniment-dead-letters") as reader:
        yield LetterBox(KafkaRecords(settings, reader), prefix=settings.topic_prefix)


@asynccontextmanager
async def _producer(settings: KitSettings, plan: SettlingPlan) -> AsyncIterator[KafkaProducer]:
    sources = {str(topic.source) for topic in plan.topics}
    producer = KafkaProducer(settings)
    try:
        await producer.start(
            {f"{settings.topic_prefix}{name}" for name in (*sources, Topic.AUDIT_DEAD_LETTERS)}
        )
        yield producer
    finally:
        await producer.stop()


async def _shown(
    box: LetterBox, selection: Selection, show_one: Show, *, with_settled: bool
) -> list[ShownLetter]:
    settled = await box.settled()
    found = []
    async for record, letter in box.letters(await box.topics(selection.topics)):
        decided = settled.of(letter)
        if selection.takes(letter) and (with_settled or decided is None):
            found.append(show_one(record, letter, decided))
            if len(found) == selection.limit:
                break
    return found


async def _shown_at(box: LetterBox, topic: str, partition: int, offset: int, show_one: Show) -> ShownLetter:
    topics = await box.topics([topic])
    if len(topics) > 1:
        raise WrongUse(f"{topic} has several topics of dead letters; name one, such as {topics[0].name}.")
    record, letter = await box.letter_at(topics[0], partition, offset)
    return show_one(record, letter, (await box.settled()).of(letter))


def _print_letters(shown: list[ShownLetter], *, as_json: bool) -> None:
    if as_json:
        print_json({"letters": [letter_as_json(letter) for letter in shown]})
        return
    console = people()
    for letter in shown:
        show_letter(console, letter)
    if not shown:
        console.print("No such letters.")


def _selection(
    topics: list[str] | None,
    letters: list[str] | None,
    groups: list[str] | None,
    cause: str | None,
    key: str | None,
    since: str | None,
    until: str | None,
    limit: int | None,
) -> Selection:
    places = [parse_place(text) for text in letters or ()]
    return Selection(
        topics=[*(topics or ()), *sorted({place.topic for place in places})],
        places=places,
        groups=groups or (),
        cause=cause,
        key=key,
        since=parse_time(since) if since else None,
        until=parse_time(until) if until else None,
        limit=limit,
    )


def _operation(by: str | None, reason: str | None) -> Operation:
    """Begin an operation in somebody's name. Raises ``WrongUse`` if nobody's name is known."""
    if by is None:
        try:
            by = getpass.getuser()
        except (KeyError, OSError):
            by = ""
    name = printable(by.strip())[:_NAME_CHARACTERS]
    if not name:
        raise WrongUse("Say who decides: --by NAME.")
    why = printable(" ".join(reason.split()))[:_REASON_CHARACTERS] if reason else None
    return Operation(str(uuid.uuid4()), name, why)


def _report(
    plan: SettlingPlan, operation: Operation, done: int, verb: str, *, is_executed: bool, as_json: bool
) -> None:
    if as_json:
        print_json(
            {
                "executed": is_executed,
                "operation_id": operation.id if done else None,
                verb: done,
                "meant": [_letter_json(letter) for letter in plan.letters],
                "already_settled": plan.already_settled,
                "overtaking": plan.overtaking,
                "unreadable_decisions": plan.unreadable_decisions,
            }
        )
        return
    console = people()
    if not is_executed:
        show_plan(console, plan, verb=verb)
        if plan.letters and verb == "redriven":
            console.print("Nothing was changed; --execute does it.")
        return
    console.print(f"{done} letters {verb}." if done else "There is no open letter that is meant.")
    if done:
        console.print(f"Recorded on {Topic.AUDIT_DEAD_LETTERS} as {operation.id}.")


def _letter_json(letter: Letter) -> dict[str, object]:
    return {
        "place": str(letter.place),
        "group": letter.group_id,
        "key": printable((letter.key or b"").decode("utf-8", "replace")),
        "event_id": letter.event_id,
        "died_at": letter.died_at,
    }
