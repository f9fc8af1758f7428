"""Knowledge is a join: whatever the order of the events, and however often, it is the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shopify_ingest.reconcile.knowledge import Knowledge
from shopify_ingest.reconcile.known import Known, Told

T0 = datetime(2026, 11, 23, 9, tzinfo=UTC)
FACTS = [bytes([n]) * 8 for n in range(6)]
LOOKS = [bytes([200 + n]) * 8 for n in range(3)]


def told(
    second: int, *, fact: int | None = None, shown: set[int] | None = None, looks: int = 0, gone: bool = False
) -> Told:
    return Told(
        "order",
        "1",
        "gone" if gone else "found",
        None if gone else T0 + timedelta(seconds=second),
        None if fact is None else FACTS[fact],
        frozenset() if gone else frozenset(FACTS[n] for n in shown or set()),
        None if gone else LOOKS[looks],
    )


events = st.builds(
    told,
    st.integers(0, 3),
    fact=st.none() | st.integers(0, 5),
    shown=st.sets(st.integers(0, 5)),
    looks=st.integers(0, 2),
    gone=st.sampled_from([False, False, False, True]),
)


def known_of(told: list[Told]) -> Known:
    known = Known()
    for each in told:
        known = known.and_told(each)
    return known


@given(st.lists(events, min_size=1, max_size=8), st.data())
def test_any_order_and_any_repetition_gives_the_same_knowledge(
    heard: list[Told], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(heard), max_size=4))
    shuffled = data.draw(st.permutations([*heard, *again]))
    assert known_of(heard) == known_of(shuffled)


@given(st.lists(events, max_size=8))
def test_packing_loses_nothing(heard: list[Told]) -> None:
    known = known_of(heard)
    assert Known.unpacked(known.packed()) == known


@given(st.lists(events, min_size=1, max_size=8))
def test_lacking_is_what_the_newest_state_shows_and_no_event_told(heard: list[Told]) -> None:
    known = known_of(heard)
    if any(each.state == "gone" for each in heard):
        assert known.state == "gone"
        return
    newest = max(each.updated_at for each in heard if each.updated_at)
    shown = {fact for each in heard if each.updated_at == newest for fact in each.shown}
    assert known.lacking == shown - {each.fact for each in heard}
    assert known.looks == {each.looks for each in heard if each.updated_at == newest}


def test_a_refund_whose_own_hook_was_lost_is_lacking_until_it_is_told() -> None:
    knowledge = Knowledge()
    knowledge.learn(told(0, fact=0, shown={0}))
    knowledge.learn(told(5, shown={0, 1}))
    assert knowledge.lacking("order") == {"1"}
    knowledge.learn(told(5, fact=1, shown={0, 1}))
    assert knowledge.lacking("order") == set()


def test_what_is_gone_stays_gone_and_lacks_nothing() -> None:
    knowledge = Knowledge()
    knowledge.learn(told(0, fact=0, gone=True))
    knowledge.learn(told(9, shown={2}))
    known = knowledge.of("order", "1")
    assert known is not None
    assert known.state == "gone"
    assert list(knowledge.found("order")) == []
    assert knowledge.lacking("order") == set()


def test_only_what_changed_is_to_be_written_down() -> None:
    knowledge = Knowledge()
    knowledge.learn(told(0, fact=0, shown={0}))
    assert knowledge.changed == {("order", "1")}
    knowledge.changed.clear()
    knowledge.learn(told(0, fact=0, shown={0}))
    assert knowledge.changed == set()
