"""From what a person asks for to a frozen plan, or to a refusal that says why."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from muniment_kit.kafka.existing_topics import existing_topics
from muniment_kit.kafka.window import Isolation, LogBounds, WindowReader
from muniment_kit.records import TopicPartition, size_bytes
from muniment_kit.settings import KitSettings
from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.flows import Flow, flow_of
from muniment_ops.replay.plan import Estimate, Filters, Plan, Span, Window

CONFIG_KEYS = ("cleanup.policy", "retention.ms", "retention.bytes", "message.timestamp.type")

_HOUR_MS = 3_600_000
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. ``offsets`` are [start, end) by partition and exclude the other bounds.

    ``lateness_s``: how much later than its neighbours a record may have been written; a time range is looked
    for that much further. ``answers_within_s``: how long after a record its answers were published at the
    latest.
    """

    topic: str
    partitions: Sequence[int] = ()
    from_offset: int | None = None
    to_offset: int | None = None
    from_time: datetime | None = None
    to_time: datetime | None = None
    offsets: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    filters: Filters = field(default_factory=Filters)
    isolation: Isolation = "read_committed"
    lateness_s: float = 3600.0
    answers_within_s: float = 48 * 3600.0
    rate_per_s: float | None = None


async def make_plan(wish: Wish, settings: KitSettings) -> Plan:
    """Freeze the window that is asked for.

    Raises ``WrongUse`` for a window that retention has eaten, a compacted topic or bounds that do not fit,
    and ``BrokerUnavailable``.
    """
    _check(wish)
    flow = flow_of(wish.topic)
    physical = f"{settings.topic_prefix}{flow.topic}"
    async with WindowReader(settings, isolation=wish.isolation) as reader:
        config = await _config(settings, physical)
        bounds = await reader.bounds(physical)
        config["partitions"] = str(len(bounds))
        chosen = _chosen(wish, bounds)
        await _refuse_eaten(wish, reader, physical, chosen)
        ranges = await _ranges(wish, reader, physical, chosen)
        sample = await _sample(reader, physical, ranges)
        windows, times_ms = await _windows(wish, reader, physical, chosen, ranges)
        filters = wish.filters.model_copy(
            update={"from_time_ms": _ms(wish.from_time), "to_time_ms": _ms(wish.to_time)}
        )
        return Plan(
            id=f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            cluster_id=await reader.cluster_id(),
            topic=flow.topic,
            physical=physical,
            service=flow.service,
            isolation=wish.isolation,
            topic_config=config,
            windows=windows,
            filters=filters,
            published=await _published(wish, reader, settings, flow, times_ms),
            estimate=_estimate(wish, flow, windows, sample),
            notes=tuple(_notes(wish, config, windows)),
        )


def _check(wish: Wish) -> None:
    by_offset = wish.from_offset is not None or wish.to_offset is not None
    by_time = wish.from_time is not None or wish.to_time is not None
    if sum((by_offset, by_time, bool(wish.offsets))) > 1:
        raise WrongUse("Give offsets, times or an offsets file, not several of them.")
    if wish.from_offset is not None and len(wish.partitions) != 1:
        raise WrongUse("An offset means something in one partition only: name it with --partition.")
    if wish.to_offset is not None and len(wish.partitions) != 1:
        raise WrongUse("An offset means something in one partition only: name it with --partition.")
    if wish.from_time and wish.to_time and wish.from_time >= wish.to_time:
        raise WrongUse("The range of time ends before it begins.")


async def _config(settings: KitSettings, physical: str) -> dict[str, str]:
    there = await existing_topics(settings, prefix=physical, config_keys=CONFIG_KEYS)
    config = dict(there[physical].config) if physical in there else {}
    if "compact" in config.get("cleanup.policy", ""):
        raise WrongUse(
            f"{physical} is compacted: Kafka has removed records that newer ones replaced, so what happened "
            "then cannot be shown from it. Replay the topic its records come from."
        )
    return config


def _chosen(wish: Wish, bounds: Mapping[int, LogBounds]) -> dict[int, LogBounds]:
    wanted = set(wish.offsets) or set(wish.partitions) or set(bounds)
    if unknown := sorted(wanted - set(bounds)):
        raise WrongUse(f"{wish.topic} has partitions 0 to {len(bounds) - 1}, not {unknown[0]}.")
    return {number: held for number, held in bounds.items() if number in wanted}


async def _refuse_eaten(
    wish: Wish, reader: WindowReader, physical: str, chosen: Mapping[int, LogBounds]
) -> None:
    """Refuse a window whose beginning is no longer kept."""
    for number, held in chosen.items():
        asked = wish.offsets[number][0] if wish.offsets else wish.from_offset
        if asked is not None and asked < held.start:
            raise WrongUse(
                f"Partition {number} of {physical} begins at offset {held.start}; offsets {asked} to "
                f"{held.start - 1} were deleted by retention and cannot be replayed. Begin at {held.start}."
            )
        if wish.from_time is None or held.start == 0 or held.start == held.end:
            continue
        first_ms = await _timestamp_at(reader, TopicPartition(physical, number), held.start, held.end)
        if first_ms is not None and first_ms > (_ms(wish.from_time) or 0):
            kept_since = datetime.fromtimestamp(first_ms / 1000, UTC).isoformat(timespec="seconds")
            raise WrongUse(
                f"Partition {number} of {physical} keeps records since {kept_since} (offset {held.start}); "
                "what was written before was deleted by retention and cannot be replayed. Begin the range "
                "there or later."
            )


async def _ranges(
    wish: Wish, reader: WindowReader, physical: str, chosen: Mapping[int, LogBounds]
) -> dict[int, tuple[int, int]]:
    """Return [start, end) by partition. Of a time range every record is inside, but not all inside
    are of it.
    """
    starts = {number: held.start for number, held in chosen.items()}
    ends = {number: held.end for number, held in chosen.items()}
    if wish.offsets:
        starts = {number: wish.offsets[number][0] for number in chosen}
        ends = {number: wish.offsets[number][1] for number in chosen}
    if wish.from_offset is not None:
        starts = dict.fromkeys(chosen, wish.from_offset)
    if wish.to_offset is not None:
        ends = dict.fromkeys(chosen, wish.to_offset)
    if wish.from_time is not None:
        starts = await reader.offsets_at(physical, _ms(wish.from_time) or 0, chosen)
    if wish.to_time is not None:
        until_ms = (_ms(wish.to_time) or 0) + int(wish.lateness_s * 1000)
        ends = await reader.offsets_at(physical, until_ms, chosen)
    for number, held in chosen.items():
        if ends[number] > held.end:
            raise WrongUse(f"Partition {number} of {physical} ends at offset {held.end}.")
        if starts[number] > ends[number] and wish.from_time is None:
            raise WrongUse(f"The window of partition {number} ends before it begins.")
    return {number: (min(starts[number], ends[number]), ends[number]) for number in chosen}


async def _windows(
    wish: Wish,
    reader: WindowReader,
    physical: str,
    chosen: Mapping[int, LogBounds],
    ranges: Mapping[int, tuple[int, int]],
) -> tuple[tuple[Window, ...], list[int]]:
    """Return the windows with what is around them, and first and last times in them."""
    margin_ms = int(wish.answers_within_s * 1000)
    windows: list[Window] = []
    times_ms: list[int] = []
    for number, (start, end) in ranges.items():
        held = chosen[number]
        around = held.start, held.end
        first_ms = await _timestamp_at(reader, TopicPartition(physical, number), start, end)
        if first_ms is not None:
            last_ms = await _last_timestamp(reader, TopicPartition(physical, number), start, end) or first_ms
            times_ms += [first_ms, last_ms]
            before = await reader.offsets_at(physical, first_ms - margin_ms, {number: held})
            after = await reader.offsets_at(physical, last_ms + margin_ms, {number: held})
            around = min(before[number], start), max(after[number], end)
        windows.append(
            Window(
                partition=number,
                start=start,
                end=end,
                log_start=held.start,
                log_end=held.end,
                around_start=around[0],
                around_end=around[1],
            )
        )
    return tuple(windows), times_ms


async def _published(
    wish: Wish, reader: WindowReader, settings: KitSettings, flow: Flow, times_ms: Sequence[int]
) -> dict[str, tuple[Span, ...]]:
    """Return where answers and dead letters of the windows are: from an hour before until the answers' time
    is over.
    """
    spans: dict[str, tuple[Span, ...]] = {}
    for topic in (*flow.answers, flow.dead_letters):
        physical = f"{settings.topic_prefix}{topic}"
        bounds = await reader.bounds(physical)
        starts = ends = {number: held.end for number, held in bounds.items()}
        if times_ms:
            until_ms = max(times_ms) + int(wish.answers_within_s * 1000)
            starts = await reader.offsets_at(physical, min(times_ms) - _HOUR_MS, bounds)
            ends = await reader.offsets_at(physical, until_ms, bounds)
        spans[physical] = tuple(
            Span(partition=number, start=starts[number], end=max(starts[number], ends[number]))
            for number in bounds
        )
    return spans


async def _sample(
    reader: WindowReader, physical: str, ranges: Mapping[int, tuple[int, int]]
) -> tuple[int, int]:
    """Return how many records of the fullest window were looked at, and what they weigh."""
    number, (start, end) = max(ranges.items(), key=lambda item: item[1][1] - item[1][0], default=(0, (0, 0)))
    async for batch in reader.read(TopicPartition(physical, number), start, end, max_records=_SAMPLE):
        return len(batch), sum(size_bytes(record) for record in batch)
    return 0, 0


def _estimate(wish: Wish, flow: Flow, windows: Sequence[Window], sample: tuple[int, int]) -> Estimate:
    records = sum(window.end - window.start for window in windows)
    seen, weight = sample
    rate = min(flow.handled_per_s, wish.rate_per_s or flow.handled_per_s)
    return Estimate(
        records=records,
        bytes=records * weight // seen if seen else 0,
        sampled_records=seen,
        seconds=round(records / rate, 1),
    )


def _notes(wish: Wish, config: Mapping[str, str], windows: Sequence[Window]) -> list[str]:
    notes = [
        f"Partition {window.partition} begins at offset {window.log_start}: what was before is gone by "
        "retention."
        for window in windows
        if window.log_start > 0 and window.start == window.log_start
    ]
    if wish.to_time is not None and config.get("message.timestamp.type") != "LogAppendTime":
        notes.append(
            f"Times are the producers' own and may be out of order; records up to {wish.lateness_s:g} s late "
            "are found."
        )
    return notes


async def _timestamp_at(reader: WindowReader, place: TopicPartition, start: int, end: int) -> int | None:
    async for batch in reader.read(place, start, end, max_records=1):
        return batch[0].timestamp
    return None


async def _last_timestamp(reader: WindowReader, place: TopicPartition, start: int, end: int) -> int | None:
    """Return the latest time among the last records of a window."""
    latest: int | None = None
    async for batch in reader.read(place, max(start, end - _SAMPLE), end, max_records=_SAMPLE):
        latest = max(latest or 0, *(record.timestamp for record in batch))
    return latest


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
