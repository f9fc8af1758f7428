"""What a letter's headers tell, and how letters are grouped; headers are untrusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_contracts.topics import Topic
from muniment_kit.dead_letters import DeadLetterReason
from muniment_kit.errors import Retryable
from muniment_kit.testing.in_memory_log import StoredRecord
from muniment_ops.dead_letters.letters import LetterTopic, fingerprint, letter_of
from muniment_ops.dead_letters.selection import Selection, parse_place, parse_time
from muniment_ops.exit_codes import WrongUse
from tests.builders.events import document_produced, hook_received
from tests.unit.dead_letters.desk import DeadLetterDesk

TOPIC = LetterTopic(Topic.DOCUMENTS_PRODUCED, "ecm-archiver")
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(["dlq_stage", "dlq_attempts", "dlq_reason", "dlq_original_offset", "ce_id"]),
        st.binary(max_size=30),
    ),
    max_size=8,
)


@given(
    headers=HEADERS,
    key=st.none() | st.binary(),
    value=st.none() | st.binary(),
    at=st.integers(-(2**63), 2**63 - 1),
)
def test_any_record_is_some_letter(
    headers: list[tuple[str, bytes]], key: bytes | None, value: bytes | None, at: int
) -> None:
    letter = letter_of(StoredRecord("t", 1, 2, at, key, value, headers), TOPIC)
    assert str(letter.place) == "documents.produced.dlq.ecm-archiver/1/2"
    assert len(letter.group_id) == 6
    assert letter.attempts is None or letter.attempts >= 0


def test_records_that_differ_anywhere_have_different_fingerprints() -> None:
    variants = [
        (b"k", b"v", [("a", b"b")]),
        (b"kv", b"", [("a", b"b")]),
        (None, b"v", [("a", b"b")]),
        (b"", b"v", [("a", b"b")]),
        (b"k", None, [("a", b"b")]),
        (b"k", b"v", [("ab", b"")]),
        (b"k", b"v", [("a", b"b"), ("a", b"b")]),
        (b"k", b"v", []),
    ]
    prints = {fingerprint(StoredRecord("t", 0, 0, 0, *variant)) for variant in variants}
    assert len(prints) == len(variants)


@pytest.mark.parametrize(
    "name",
    [
        "documents.produced",
        "documents.produced.dlq.",
        "other.dlq.ecm-archiver",
        ".dlq.",
        "documents.produced.retry.x",
    ],
)
def test_only_topics_of_dead_letters_are_taken_for_such(name: str) -> None:
    assert LetterTopic.parse(name) is None
    assert LetterTopic.parse("documents.produced.dlq.ecm-archiver") == TOPIC


async def test_letters_that_died_alike_are_one_group() -> None:
    desk = DeadLetterDesk()
    for number in range(3):
        desk.bury(document_produced(f"INV-{number}"), attempts=number + 1)
        await desk.clock.advance(60)
    desk.bury(
        document_produced("INV-9"), reason=DeadLetterReason.EXPIRED, error=Retryable("not ready"), attempts=9
    )
    desk.bury(hook_received(), service="shopify-ingest")
    groups = await desk.groups()
    assert [(group.topic, group.cause.reason, group.open, group.attempts) for group in groups] == [
        ("documents.produced.dlq.ecm-archiver", "rejected", 3, 3),
        ("documents.produced.dlq.ecm-archiver", "expired", 1, 9),
        ("shopify.hooks.dlq.shopify-ingest", "rejected", 1, 1),
    ]
    assert (groups[0].last_seen - groups[0].first_seen).total_seconds() == 120
    assert groups[1].message == "not ready"
    assert len({group.id for group in groups}) == 3


async def test_settled_letters_are_counted_only_when_asked_for() -> None:
    desk = DeadLetterDesk()
    desk.bury(document_produced("INV-1"))
    desk.bury(document_produced("INV-2"))
    await desk.redrive(limit=1)
    (group,) = await desk.groups()
    assert (group.open, group.settled, group.count) == (1, 0, 1)
    (group,) = await desk.groups(with_settled=True)
    assert (group.open, group.settled, group.count) == (1, 1, 2)
    await desk.discard(groups=[group.id])
    assert await desk.groups() == []


async def test_topics_of_others_are_not_ours() -> None:
    desk = DeadLetterDesk()
    desk.bury(document_produced())
    assert await desk.box.topics() == [TOPIC]
    assert await desk.box.topics(["documents.produced"]) == [TOPIC]


async def test_without_audit_topic_every_letter_is_open() -> None:
    desk = DeadLetterDesk()
    desk.bury(document_produced())
    desk._known.pop("shop1.audit.dead-letters")
    assert len((await desk.plan()).letters) == 1


@pytest.mark.parametrize("text", ["", "topic", "topic/1", "topic/x/1", "topic/1/-1", "/1/2"])
def test_what_is_no_place_is_named(text: str) -> None:
    with pytest.raises(WrongUse, match="topic/partition/offset"):
        parse_place(text)


@pytest.mark.parametrize(
    ("text", "told"), [("yesterday", "is no time"), ("2026-03-02T09:00:00", "no time zone")]
)
def test_what_is_no_time_is_named(text: str, told: str) -> None:
    with pytest.raises(WrongUse, match=told):
        parse_time(text)


def test_a_limit_narrows_nothing_down() -> None:
    assert Selection(limit=5).is_everything
    assert not Selection(cause="rejected").is_everything
