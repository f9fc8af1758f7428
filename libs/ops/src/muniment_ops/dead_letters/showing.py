"""One letter for a person's eyes: decoded with its writer's schema, personal data hidden unless asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from muniment_contracts.codec import Codec, default_codec
from muniment_contracts.errors import SchemaPending, UndecodableRecord
from muniment_contracts.headers import event_from
from muniment_contracts.personal_data import PersonalData, personal_data
from muniment_contracts.rows import Row
from muniment_kit.records import Record
from muniment_ops.dead_letters.decisions import Settled
from muniment_ops.dead_letters.letters import Letter
from muniment_ops.dead_letters.printing import hex_dump, printable, printable_bytes

_FRAME_BYTES = 16
_DUMPED_BYTES = 256


@dataclass(frozen=True, slots=True)
class ShownField:
    """One leaf of the record. ``value`` is ``None`` while it is hidden."""

    path: str
    value: str | None
    is_personal: bool


@dataclass(frozen=True, slots=True)
class ShownLetter:
    """A letter with all that may be seen of it.

    ``fields`` are the decoded value's, with the schema it was ``written_with``. Where the value cannot be
    decoded, ``undecodable`` says why and ``dump`` shows how it begins. ``fault`` says what is wrong with a
    record whose value can be decoded, but which is no event all the same.
    """

    letter: Letter
    settled: Settled | None
    key: str | None
    headers: list[tuple[str, str]]
    fields: list[ShownField] = field(default_factory=list)
    written_with: str | None = None
    undecodable: str | None = None
    dump: str | None = None
    fault: str | None = None


def show(
    record: Record,
    letter: Letter,
    settled: Settled | None,
    *,
    with_personal_data: bool = False,
    codec: Codec | None = None,
) -> ShownLetter:
    """Return what may be shown of ``record``. What a text holds is made printable, never interpreted."""
    codec = codec or default_codec()
    outside = ShownLetter(
        letter,
        settled,
        key=None if record.key is None else printable_bytes(record.key),
        headers=[(printable(name), printable_bytes(content or b"")) for name, content in record.headers],
    )
    if record.value is None:
        return replace(outside, undecodable="The record has no value.")
    try:
        decoded = codec.decode_row(record.value)
    except (UndecodableRecord, SchemaPending) as error:
        dumped = record.value[: _DUMPED_BYTES if with_personal_data else _FRAME_BYTES]
        dump = hex_dump(dumped, total=len(record.value))
        return replace(outside, undecodable=str(error), dump=dump)
    subject = decoded.writer.subject
    leaves = _leaves(decoded.row, subject, personal_data())
    return replace(
        outside,
        fields=[
            ShownField(path, None if is_personal and not with_personal_data else _text(value), is_personal)
            for path, value, is_personal in leaves
        ],
        written_with=f"{subject} v{decoded.writer.version} (id {decoded.writer.id})",
        fault=_fault(record, letter, codec),
    )


def _fault(record: Record, letter: Letter, codec: Codec) -> str | None:
    try:
        event_from(letter.topic.source, record.key, record.value, record.headers, codec=codec)
    except UndecodableRecord as error:
        return str(error)
    return None


def _leaves(
    value: Any, subject: str, classes: PersonalData, path: str = "", shown: str = ""
) -> Iterator[tuple[str, Any, bool]]:
    """Yield the shown path, value and class of every leaf below ``value``; ``path`` is the classified one."""
    if value is None or value in ([], {}):
        yield shown, value, False  # that there is nothing is about nobody
    elif isinstance(value, list) and isinstance(value[0], dict):
        for number, item in enumerate(value):
            yield from _leaves(item, subject, classes, path, f"{shown}[{number}]")
    elif isinstance(value, dict) and not _is_map(subject, classes, path):
        for name, inner in value.items():
            yield from _leaves(
                inner, subject, classes, f"{path}.{name}".lstrip("."), f"{shown}.{name}".lstrip(".")
            )
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield f"{shown}[{printable(key)}]", inner, classes.is_personal(subject, path, key=key)
    else:
        yield shown, value, classes.is_personal(subject, path)


def _is_map(subject: str, classes: PersonalData, path: str) -> bool:
    """Say whether the field is a map: it is classified itself, while records are by their inner fields."""
    return path in classes.records.get(subject, {})


def _text(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bytes):
        return printable_bytes(value)
    return printable(str(value))


def as_json(shown: ShownLetter) -> Row:
    """Return ``shown`` for programs."""
    letter, settled = shown.letter, shown.settled
    return {
        "place": str(letter.place),
        "group": letter.group_id,
        "source": letter.topic.source,
        "service": letter.topic.service,
        "cause": letter.cause._asdict(),
        "message": letter.message,
        "attempts": letter.attempts,
        "first_failed_at": letter.first_failed_at,
        "died_at": letter.died_at,
        "key": shown.key,
        "headers": shown.headers,
        "written_with": shown.written_with,
        "fields": [
            {"field": leaf.path, "value": leaf.value, "personal": leaf.is_personal} for leaf in shown.fields
        ],
        "undecodable": shown.undecodable,
        "dump": shown.dump,
        "fault": shown.fault,
        "settled": settled and _settled_json(settled),
    }


def _settled_json(settled: Settled) -> Mapping[str, object]:
    return {
        "decision": settled.decision,
        "by": settled.decided_by,
        "at": settled.decided_at,
        "reason": settled.reason,
        "operation_id": settled.operation_id,
    }
