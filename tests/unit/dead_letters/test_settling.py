"""Sending back and discarding: nothing changed, nothing lost, nothing twice but by a crash."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_contracts.bodies import DeadLetterDecision
from muniment_contracts.headers import event_from, to_record
from muniment_contracts.topics import Topic
from muniment_kit.dead_letters import DeadLetterReason
from muniment_kit.errors import Retryable
from muniment_ops.dead_letters import redrive
from muniment_ops.dead_letters.letters import Place
from muniment_ops.dead_letters.settling import REDRIVEN_HEADERS, Operation
from muniment_ops.exit_codes import WrongUse
from tests.builders.events import document_produced, hook_received
from tests.unit.dead_letters.desk import DeadLetterDesk, Died, FailingProducer, minutes

PRODUCED = Topic.DOCUMENTS_PRODUCED


@pytest.fixture
def desk() -> DeadLetterDesk:
    return DeadLetterDesk()


async def test_a_redriven_letter_is_the_original_record_but_for_who_sent_it(desk: DeadLetterDesk) -> None:
    event = document_produced()
    letter = desk.bury(event)
    assert await desk.redrive() == 1
    (back,) = desk.sent_back(PRODUCED)
    key, value, headers = to_record(event)
    assert (back.key, back.value) == (key, value)
    assert list(back.headers[: len(headers)]) == headers
    assert [name for name, _ in back.headers[len(headers) :]] == list(REDRIVEN_HEADERS)
    told = dict(back.headers)
    assert told["dlq_redriven_id"] == b"operation-1"
    assert told["dlq_redriven_by"] == b"j.meier"
    place = f"documents.produced.dlq.ecm-archiver/{letter.partition}/{letter.offset}"
    assert told["dlq_redriven_letter"].decode() == place
    assert event_from(PRODUCED, back.key, back.value, back.headers) == event


async def test_bytes_that_are_no_event_go_back_as_they_were(desk: DeadLetterDesk) -> None:
    desk.bury_record(PRODUCED, b"\xff", None, [("dlq_redriven_id", b"older"), ("x", b"\xfe"), ("x", b"2")])
    await desk.redrive()
    (back,) = desk.sent_back(PRODUCED)
    assert (back.key, back.value) == (b"\xff", None)
    assert list(back.headers[:2]) == [("x", b"\xfe"), ("x", b"2")]
    assert [name for name, _ in back.headers[2:]] == list(REDRIVEN_HEADERS)


async def test_what_the_runtime_wrote_while_it_retried_does_not_go_back(desk: DeadLetterDesk) -> None:
    desk.bury_record(PRODUCED, b"k", b"v", [("retry_attempts", b"7"), ("ce_id", b"1")])
    await desk.redrive()
    (back,) = desk.sent_back(PRODUCED)
    assert [name for name, _ in back.headers] == ["ce_id", *REDRIVEN_HEADERS]


@given(keys=st.lists(st.sampled_from([b"a", b"b", b"c", b"d", None]), max_size=30))
async def test_letters_of_a_key_go_in_the_order_in_which_they_died(keys: list[bytes | None]) -> None:
    desk = DeadLetterDesk()
    for number, key in enumerate(keys):
        desk.bury_record(PRODUCED, key, str(number).encode(), [])
    assert await desk.redrive() == len(keys)
    back = desk.sent_back(PRODUCED)
    for key in set(keys) - {None}:
        numbers = [int(record.value or b"") for record in back if record.key == key]
        assert numbers == [number for number, other in enumerate(keys) if other == key]
    assert await desk.redrive() == 0
    assert len(desk.sent_back(PRODUCED)) == len(keys)


async def test_a_settled_letter_is_not_taken_again_by_either(desk: DeadLetterDesk) -> None:
    desk.bury(document_produced("INV-1001"))
    desk.bury(document_produced("INV-1002"))
    assert await desk.discard(limit=1) == 1
    assert await desk.redrive() == 1
    assert (await desk.redrive(), await desk.discard()) == (0, 0)
    assert len(desk.sent_back(PRODUCED)) == 1
    assert (await desk.plan()).already_settled == 2


async def test_a_crash_before_the_decision_is_written_sends_twice_and_never_loses(
    desk: DeadLetterDesk,
) -> None:
    for number in range(3):
        desk.bury(document_produced(f"INV-{number}"))
    plan = await desk.plan()
    dying = FailingProducer(desk.broker, good=1)  # the letters go, the decision does not
    with pytest.raises(Died):
        await redrive(desk.box, plan, Operation("first", "a"), producer=dying, clock=desk.clock)
    assert (len(desk.sent_back(PRODUCED)), len(desk.decisions())) == (3, 0)
    assert await desk.redrive() == 3
    ids = [dict(record.headers)["ce_id"] for record in desk.sent_back(PRODUCED)]
    assert (len(ids), len(set(ids))) == (6, 3)
    assert await desk.redrive() == 0


async def test_a_crash_before_the_letters_are_acknowledged_leaves_them_open(desk: DeadLetterDesk) -> None:
    desk.bury(document_produced())
    dying = FailingProducer(desk.broker, good=0)
    with pytest.raises(Died):
        await redrive(desk.box, await desk.plan(), Operation("first", "a"), producer=dying, clock=desk.clock)
    assert await desk.redrive() == 1
    assert len(desk.sent_back(PRODUCED)) == 1


async def test_a_lost_acknowledgement_leaves_letters_open(desk: DeadLetterDesk) -> None:
    desk.bury(document_produced())
    desk.broker.lose_acknowledgements(1)
    with pytest.raises(Retryable):
        await desk.redrive()
    assert desk.decisions() == []
    assert await desk.redrive() == 1


async def test_a_topic_made_anew_has_open_letters_again(desk: DeadLetterDesk) -> None:
    desk.bury(document_produced("INV-1001"))
    await desk.redrive()
    for log in desk.broker.topics.create("shop1.documents.produced.dlq.ecm-archiver"):
        log.records.clear()
        log.end = 0
    desk.bury(document_produced("INV-2002"))
    assert await desk.redrive() == 1


async def test_a_decision_says_who_what_when_and_why(desk: DeadLetterDesk) -> None:
    event = document_produced()
    letter = desk.bury(event, reason=DeadLetterReason.EXPIRED)
    await desk.clock.advance(90)
    await desk.discard(cause="expired")
    (record,) = desk.decisions()
    decided = event_from(Topic.AUDIT_DEAD_LETTERS, record.key, record.value, record.headers)
    body: DeadLetterDecision = decided.body
    assert (body.decision, body.decided_by, body.reason) == ("discarded", "j.meier", "mended")
    assert body.decided_at == decided.time == desk.clock.now()
    assert Place(body.letter_topic, body.letter_partition, body.letter_offset) == Place(
        "documents.produced.dlq.ecm-archiver", letter.partition, letter.offset
    )
    assert (body.source_topic, body.source_partition, body.source_offset) == ("documents.produced", 2, 77)
    assert (body.dlq_reason, body.event_id) == ("expired", event.id)
    assert (decided.causation_id, decided.correlation_id) == (event.id, event.correlation_id)


async def test_noise_on_the_audit_topic_settles_nothing(desk: DeadLetterDesk) -> None:
    desk.bury(document_produced())
    desk.broker.append("shop1.audit.dead-letters", b"k", b"noise", [])
    assert (await desk.box.settled()).unreadable == 1
    assert await desk.redrive() == 1


async def test_letters_are_chosen_by_topic_cause_key_time_place_and_number(desk: DeadLetterDesk) -> None:
    first = desk.bury(document_produced("INV-1"))
    await desk.clock.advance(60)
    desk.bury(document_produced("INV-2"), reason=DeadLetterReason.EXPIRED, error=Retryable("not ready"))
    desk.bury(hook_received(key="other/order/1"), service="shopify-ingest")

    async def chosen(**selected: object) -> int:
        return len((await desk.plan(**selected)).letters)

    assert await chosen() == 3
    assert await chosen(topics=["documents.produced"]) == 2
    assert await chosen(topics=["shop1.documents.produced.dlq.ecm-archiver"]) == 2
    assert await chosen(cause="expired") == await chosen(cause="Retryable") == 1
    assert await chosen(cause="handle") == 3
    assert await chosen(key="other/order/1") == 1
    assert await chosen(until=desk.clock.now()) == 1
    assert await chosen(since=desk.clock.now()) == 2
    assert await chosen(since=desk.clock.now() + minutes(1)) == 0
    place = Place("documents.produced.dlq.ecm-archiver", first.partition, first.offset)
    assert await chosen(places=[place]) == 1
    assert await chosen(limit=2) == 2
    with pytest.raises(
        WrongUse, match=r"no dead letters of nothing; there are topics: documents\.produced\.dlq"
    ):
        await chosen(topics=["nothing"])


async def test_a_letter_that_would_overtake_an_earlier_one_of_its_key_is_counted(
    desk: DeadLetterDesk,
) -> None:
    desk.bury(document_produced("INV-1"), reason=DeadLetterReason.EXPIRED)
    desk.bury(document_produced("INV-2"))
    assert (await desk.plan(cause="rejected")).overtaking == 1
    assert (await desk.plan()).overtaking == 0
    await desk.discard(cause="expired")
    assert (await desk.plan(cause="rejected")).overtaking == 0


async def test_letters_are_sent_in_bounded_batches(desk: DeadLetterDesk) -> None:
    for number in range(250):
        desk.bury_record(PRODUCED, str(number).encode(), b"v", [])
    told: list[tuple[int, int]] = []
    done = await redrive(
        desk.box,
        await desk.plan(),
        Operation("o", "a"),
        producer=desk.broker.producer(),
        clock=desk.clock,
        advance=lambda count, total: told.append((count, total)),
    )
    assert done == len(desk.sent_back(PRODUCED)) == len(desk.decisions()) == 250
    assert told == [(100, 250), (200, 250), (250, 250)]
