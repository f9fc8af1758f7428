"""Bytes of any kind give a body or one typed error: never another exception, never a large allocation."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from muniment_contracts import (
    Body,
    UndecodableReason,
    UndecodableRecord,
    body_type,
    decode,
    event_from,
    to_record,
)
from muniment_contracts.bodies import BODIES
from muniment_contracts.examples import iter_examples
from muniment_contracts.topics import Topic
from tests.builders.events import document_filed, document_produced, hook_received, order_change
from tests.contract.contracts.strategies import events

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.json"))
VALUES = [to_record(event).value for topic in Topic for event in iter_examples(topic)]

bodies = st.sampled_from([BODIES[name] for name in sorted(BODIES)])


def reason_of(value: bytes, expected: type[Body]) -> UndecodableReason | None:
    """Return why ``value`` is no ``expected``, or ``None`` if it is one; any other error comes through."""
    try:
        body = decode(value, expected)
    except UndecodableRecord as error:
        return error.reason
    assert type(body) is expected
    return None


@given(st.binary(max_size=300), bodies)
def test_arbitrary_bytes(value: bytes, expected: type[Body]) -> None:
    reason_of(value, expected)


@given(st.integers(1, 4), st.binary(max_size=300), bodies)
def test_arbitrary_bytes_behind_a_right_frame(schema_id: int, rest: bytes, expected: type[Body]) -> None:
    reason_of(b"\0" + schema_id.to_bytes(4, "big") + rest, expected)


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A valid value with up to four bytes in the place of up to eight others, up to three times."""
    value = draw(st.sampled_from(VALUES))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(value)))
        value = value[:at] + draw(st.binary(max_size=4)) + value[at + draw(st.integers(0, 8)) :]
    return value


@given(mutated(), bodies)
def test_valid_values_with_mutations(value: bytes, expected: type[Body]) -> None:
    reason_of(value, expected)


@pytest.mark.parametrize(
    "body",
    [hook_received().body, order_change().body, document_produced().body, document_filed().body],
    ids=lambda body: body.SCHEMA,
)
def test_every_truncation_and_every_trailing_byte_is_found(body: Body) -> None:
    value = next(value for value in VALUES if reason_of(value, type(body)) is None)
    for length in range(len(value)):
        assert reason_of(value[:length], type(body)) is UndecodableReason.TRUNCATED
    for byte in range(256):
        assert reason_of(value + bytes([byte]), type(body)) is UndecodableReason.TRAILING_BYTES


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_nasty_input_of_the_corpus(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    with pytest.raises(UndecodableRecord) as caught:
        decode(_value_of(case), BODIES[case["expected"]])
    assert caught.value.reason == case["reason"]
    assert caught.value.schema_id == case["schema_id"]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_memory_is_bounded_by_the_bytes_that_came_and_not_by_what_they_announce(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    value = _value_of(case)
    tracemalloc.start()
    try:
        reason_of(value, BODIES[case["expected"]])
        allocated = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert allocated < 100 * len(value) + 100_000


def _value_of(case: dict[str, Any]) -> bytes:
    return b"".join(bytes.fromhex(part["hex"]) * part.get("times", 1) for part in case["value"])


def test_corpus_has_a_case_for_every_reason_a_value_can_give() -> None:
    given_reasons = {json.loads(path.read_text(encoding="utf-8"))["reason"] for path in CORPUS}
    of_the_record = {
        UndecodableReason.NO_VALUE,
        UndecodableReason.BAD_KEY,
        UndecodableReason.MISSING_HEADER,
        UndecodableReason.BAD_HEADER,
    }
    assert given_reasons == set(UndecodableReason) - of_the_record


header_names = st.sampled_from([name for name, _ in to_record(order_change()).headers]) | st.text(max_size=20)
header_lists = st.lists(st.tuples(header_names, st.none() | st.binary(max_size=40)), max_size=14)


@given(
    st.sampled_from(Topic),
    st.none() | st.binary(max_size=20),
    st.none() | st.sampled_from(VALUES),
    header_lists,
)
@example(Topic.COMMERCE_ORDERS, b"k", VALUES[0], [])
def test_arbitrary_records(
    topic: Topic, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes | None]]
) -> None:
    with pytest.raises(UndecodableRecord):
        event_from(topic, key, value, headers)


@given(events(), st.data())
def test_valid_records_with_one_header_replaced(event: Any, data: st.DataObject) -> None:
    key, value, headers = to_record(event)
    at = data.draw(st.integers(0, len(headers) - 1))
    name = headers[at][0]
    changed: list[tuple[str, bytes | None]] = list(headers)
    changed[at] = (name, data.draw(st.none() | st.binary(max_size=60)))
    assert _fault_of_record(event.topic, key, value, changed) in (None, (UndecodableReason.BAD_HEADER, name))


def _fault_of_record(
    topic: Topic, key: bytes, value: bytes, headers: list[tuple[str, bytes | None]]
) -> tuple[UndecodableReason, str] | None:
    """Return the reason and the header the error names, or ``None`` if the record is sound."""
    try:
        event = event_from(topic, key, value, headers)
    except UndecodableRecord as error:
        return error.reason, next(name for name, _ in headers if f" {name} " in str(error))
    assert type(event.body) is body_type(topic)
    return None
