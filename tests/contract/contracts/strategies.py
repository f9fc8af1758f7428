"""Random bodies and events, drawn from the types of their fields."""

from __future__ import annotations

import typing
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from muniment_contracts.bodies import BODIES, Body
from muniment_contracts.events import Event, body_type
from muniment_contracts.rows import item_type, optional_type
from muniment_contracts.topics import Topic

texts = st.text(max_size=30)
names = st.text(min_size=1, max_size=30)
zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(timezones=zones).filter(lambda time: 1 < time.year < 9999)
traceparents = st.from_regex(r"\A00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}\Z")


def to_milliseconds(time: datetime) -> datetime:
    """Cut ``time`` as the wire does."""
    return time.astimezone(UTC).replace(microsecond=time.microsecond // 1000 * 1000)


_LEAVES: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    bytes: st.binary(max_size=200),
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    datetime: times.map(to_milliseconds),
    date: st.dates(),
    dict[str, str]: st.dictionaries(texts, texts, max_size=4),
    dict[str, int]: st.dictionaries(texts, st.integers(-(2**63), 2**63 - 1), max_size=4),
}


def bodies() -> st.SearchStrategy[Body]:
    """Any body of any record."""
    return st.sampled_from(sorted(BODIES)).flatmap(lambda name: instances(BODIES[name]))


def instances(of: type[Any]) -> st.SearchStrategy[Any]:
    """Any instance of the dataclass ``of``."""
    hints = typing.get_type_hints(of)
    return st.builds(of, **{field.name: _values(hints[field.name]) for field in fields(of)})


@st.composite
def events(draw: st.DrawFn) -> Event[Any]:
    """Any event of any topic."""
    topic = draw(st.sampled_from(Topic))
    return Event(
        topic=topic,
        key=draw(names),
        id=draw(names),
        type=draw(names),
        source=draw(names),
        subject=draw(names),
        time=draw(times),
        body=draw(instances(body_type(topic))),
        correlation_id=draw(names),
        causation_id=draw(st.none() | names),
        traceparent=draw(st.none() | traceparents),
    )


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if (inner := optional_type(hint)) is not None:
        return st.none() | _values(inner)
    if (item := item_type(hint)) is not None:
        return st.lists(_values(item), max_size=4)
    if is_dataclass(hint) and isinstance(hint, type):
        return instances(hint)
    return _LEAVES[hint]
