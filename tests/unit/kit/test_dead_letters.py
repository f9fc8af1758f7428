"""Dead letters keep the record as it was; their limit stops in time and never by accident."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from muniment_kit.dead_letters import DeadLetterLimit, DeadLetterReason, DeadLetterWriter, GivenUp
from muniment_kit.testing import StoredRecord

WRITER = DeadLetterWriter("group", "1.0")
WINDOW, SHARE, IN_A_ROW = 10, 0.4, 3


class LimitAgainstModel(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.limit = DeadLetterLimit(in_a_row=IN_A_ROW, share=SHARE, window=WINDOW)
        self.finished: list[bool] = []  # whether each died

    @rule(count=st.integers(1, 4))
    def done(self, count: int) -> None:
        self.limit.note_done(count)
        self.finished += [False] * count

    @rule(count=st.integers(1, 3))
    def dies(self, count: int) -> None:
        would_be = [*self.finished, *[True] * count]
        in_a_row = len(would_be) - 1 - max((n for n, dead in enumerate(would_be) if not dead), default=-1)
        too_many = in_a_row > IN_A_ROW or sum(would_be[-WINDOW:]) > SHARE * WINDOW
        assert self.limit.admit(count) == (not too_many)
        if not too_many:
            self.finished = would_be

    @invariant()
    def never_more_than_the_share(self) -> None:
        assert sum(self.finished[-WINDOW:]) <= SHARE * WINDOW


TestLimitAgainstModel = LimitAgainstModel.TestCase


def record(**given: object) -> StoredRecord:
    fields: dict[str, object] = {
        "topic": "t", "partition": 1, "offset": 2, "timestamp": 3, "key": b"k", "value": b"v", "headers": (),
    }  # fmt: skip
    return StoredRecord(**{**fields, **given})  # type: ignore[arg-type]  # the test names the fields it is about


def given_up(error: Exception) -> GivenUp:
    return GivenUp(DeadLetterReason.REJECTED, error, 4, datetime(2026, 3, 2, 9, tzinfo=UTC))


@given(
    key=st.none() | st.binary(),
    value=st.none() | st.binary(),
    headers=st.lists(
        st.tuples(st.text(max_size=8).filter(lambda name: not name.startswith("dlq_")), st.binary())
    ),
)
def test_key_value_and_headers_are_untouched(
    key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]
) -> None:
    letter = WRITER.write(
        record(key=key, value=value, headers=tuple(headers)), given_up(ValueError()), topic="dlq"
    )
    assert (letter.topic, letter.key, letter.value) == ("dlq", key, value)
    assert list(letter.headers[: len(headers)]) == headers


def test_a_letter_that_dies_again_tells_of_the_second_time_only() -> None:
    first = WRITER.write(record(headers=(("h", b"1"),)), given_up(ValueError("first")), topic="dlq")
    again = record(topic="dlq", offset=9, headers=tuple(first.headers))
    second = dict(WRITER.write(again, given_up(ValueError("second")), topic="dlq").headers)
    names = [name for name, _ in WRITER.write(again, given_up(ValueError("second")), topic="dlq").headers]
    assert len(names) == len(set(names))
    assert second["dlq_error_message"] == b"second"
    assert second["dlq_original_offset"] == b"9"
    assert second["h"] == b"1"


@given(st.text(alphabet=st.characters(codec=None), max_size=3000))
def test_a_message_is_one_line_of_at_most_1_kib_of_utf_8(message: str) -> None:
    headers = dict(WRITER.write(record(), given_up(ValueError(message)), topic="dlq").headers)
    written = headers["dlq_error_message"]
    assert len(written) <= 1024
    assert "\n" not in written.decode("utf-8")
