"""Golden examples: events written by hand in ``schemas/examples/<topic>/<scenario>.json``.

Beside each lies ``<scenario>.<schema id>.hex`` for every schema version it was ever encoded with: the newest
must be what we write today, the older ones must stay readable. In the JSON, bytes are base64, times RFC 3339.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from muniment_contracts.bodies import Body
from muniment_contracts.events import Event, body_type
from muniment_contracts.rows import Leaves, Row, instance_maker, row_maker
from muniment_contracts.topics import Topic, schemas_folder


@dataclass(frozen=True, slots=True)
class Example:
    """One scenario of a topic. ``values`` are its encoded values by schema id."""

    scenario: str
    event: Event[Any]
    values: dict[int, bytes]


def iter_examples(topic: Topic) -> Iterator[Event[Any]]:
    """Yield the golden events of ``topic``, in the order of their scenarios' names."""
    return (example.event for example in read_examples(topic))


def read_examples(topic: Topic, folder: Path | None = None) -> list[Example]:
    """Return the examples of ``topic`` from ``folder`` (default: those that ship with this package)."""
    of_topic = (folder or schemas_folder() / "examples") / topic
    return [_read(topic, path) for path in sorted(of_topic.glob("*.json"))]


def event_to_json(event: Event[Any]) -> Row:
    """Return ``event``, without its topic, as a JSON object in the form of the example files."""
    to_row = row_maker(type(event.body), _TO_JSON)
    return {
        "key": event.key,
        "id": event.id,
        "type": event.type,
        "source": event.source,
        "subject": event.subject,
        "time": _time_to_json(event.time),
        "correlation_id": event.correlation_id,
        "causation_id": event.causation_id,
        "traceparent": event.traceparent,
        "body": to_row(event.body),
    }


def event_from_json(topic: Topic, content: Row) -> Event[Any]:
    """Return the event of ``topic`` that ``event_to_json`` gave ``content`` for."""
    body: Body = instance_maker(body_type(topic), _FROM_JSON)(dict(content["body"]))
    carried = {name: value for name, value in content.items() if name not in ("body", "time")}
    return Event(topic=topic, time=_time_from_json(content["time"]), body=body, **carried)


def _read(topic: Topic, path: Path) -> Example:
    content = json.loads(path.read_text(encoding="utf-8"))
    return Example(
        scenario=path.stem,
        event=event_from_json(topic, content),
        values={
            int(golden.suffixes[-2].removeprefix(".")): bytes.fromhex(golden.read_text(encoding="ascii"))
            for golden in path.parent.glob(f"{path.stem}.*.hex")
        },
    )


def _bytes_to_json(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes_from_json(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _time_to_json(time: datetime) -> str:
    return time.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _time_from_json(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


_TO_JSON: Leaves = {bytes: _bytes_to_json, datetime: _time_to_json, date: date.isoformat}
_FROM_JSON: Leaves = {bytes: _bytes_from_json, datetime: _time_from_json, date: date.fromisoformat}
