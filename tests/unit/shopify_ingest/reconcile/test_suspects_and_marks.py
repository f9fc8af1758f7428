"""Nothing is called lost too early, and no mark passes what was not seen."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from muniment_shopify.listings import Listed
from shopify_ingest.reconcile.knowledge import Knowledge
from shopify_ingest.reconcile.known import Known, Told
from shopify_ingest.reconcile.marks import Mark
from shopify_ingest.reconcile.standing import Standing, standing
from shopify_ingest.reconcile.suspects import Suspect, Suspects

T0 = datetime(2026, 11, 23, 9, tzinfo=UTC)
OVERLAP = timedelta(seconds=3)
LOOKS = b"the same"


def at(second: int) -> datetime:
    return T0 + timedelta(seconds=second)


def suspect(since_s: float, hooks: dict[int, int] | None = None) -> Suspect:
    listed = Listed("1", at(5), T0, LOOKS)
    return Suspect("order", "1", Standing.MISSING, at(5), since_s, hooks or {}, listed)


def ripe(suspects: Suspects, now_s: float, finished: dict[int, int] | None = None) -> list[str]:
    return [each.id for each in suspects.ripe(now_s=now_s, patience_s=10.0, finished=finished or {})]


def test_a_suspicion_must_last_before_it_counts_as_a_loss() -> None:
    suspects = Suspects()
    suspects.add(suspect(100.0), None)
    suspects.add(suspect(105.0), None)  # suspected again: patience does not begin anew
    assert ripe(suspects, 109.0) == []
    assert ripe(suspects, 110.0) == ["1"]


def test_a_hook_that_still_waits_for_record_is_no_loss() -> None:
    suspects = Suspects()
    suspects.add(suspect(100.0, {0: 7, 1: 0}), None)
    assert ripe(suspects, 200.0, {0: 6, 1: 0}) == []
    assert ripe(suspects, 200.0, {0: 7, 1: 0}) == ["1"]


def test_a_suspect_is_cleared_by_the_state_that_was_awaited_and_not_by_an_older_one() -> None:
    suspects = Suspects()
    suspects.add(suspect(100.0), None)
    suspects.clear(lambda *_: Known("found", at(4)))
    assert len(suspects) == 1
    suspects.clear(lambda *_: Known("found", at(5), frozenset({LOOKS})))
    assert len(suspects) == 0


def test_what_changed_again_while_suspected_is_awaited_too() -> None:
    suspects = Suspects()
    suspects.add(suspect(100.0), None)
    again = Listed("1", at(9), T0, LOOKS)
    suspects.add(replace(suspect(105.0), updated_at=at(9), listed=again), None)
    suspects.clear(lambda *_: Known("found", at(5), frozenset({LOOKS})))
    assert suspects.earliest("order") == [at(5)]
    suspects.clear(lambda *_: Known("found", at(9), frozenset({LOOKS})))
    assert len(suspects) == 0


def test_patience_begins_anew_for_another_change_of_what_was_seen() -> None:
    suspects = Suspects()
    suspects.add(suspect(100.0), None)
    again = Listed("1", at(9), T0, LOOKS)
    seen = Known("found", at(5), frozenset({LOOKS}))
    suspects.add(replace(suspect(105.0), updated_at=at(9), listed=again), seen)
    assert ripe(suspects, 110.0) == []
    assert ripe(suspects, 115.0) == ["1"]


def test_a_repair_that_is_not_seen_is_made_again() -> None:
    suspects = Suspects()
    suspects.add(suspect(100.0), None)
    (held,) = suspects.ripe(now_s=110.0, patience_s=10.0, finished={})
    suspects.repaired(held, now_s=110.0)
    assert ripe(suspects, 115.0) == []
    assert ripe(suspects, 120.0) == ["1"]


def test_a_mark_does_not_pass_what_is_open_and_stands_still_where_nothing_changed() -> None:
    mark = Mark(T0, at(10))
    assert mark.advanced(newest_listed=at(20), open=[at(15)]).reached == at(15)
    assert mark.advanced(newest_listed=at(20), open=[]).reached == at(20)
    assert mark.advanced(newest_listed=None, open=[]) == mark
    assert mark.advanced(newest_listed=at(9), open=[]) == mark


@dataclass
class Shop:
    """A shop of a model: the time of each order's last change, and what the topics tell of it."""

    now: int = 0
    orders: dict[str, int] = field(default_factory=dict)


class Sweeps(RuleBasedStateMachine):
    """Orders change, events arrive late, twice or never, sweeps run between any two of these."""

    @initialize()
    def begin(self) -> None:
        self.shop = Shop()
        self.on_their_way: list[tuple[str, int]] = []
        self.knowledge = Knowledge()
        self.suspects = Suspects()
        self.mark = Mark(T0, T0)
        self.listed: list[Listed] | None = None

    @rule(id=st.sampled_from("abcd"), passes=st.integers(0, 4), is_lost=st.booleans())
    def an_order_changes(self, id: str, passes: int, is_lost: bool) -> None:
        self.shop.now += passes
        self.shop.orders[id] = self.shop.now
        if not is_lost:
            self.on_their_way.append((id, self.shop.now))

    @precondition(lambda self: self.on_their_way)
    @rule(data=st.data(), is_kept=st.booleans())
    def an_event_arrives(self, data: st.DataObject, is_kept: bool) -> None:
        place = data.draw(st.integers(0, len(self.on_their_way) - 1))
        event = self.on_their_way[place] if is_kept else self.on_their_way.pop(place)
        self._tell(*event)

    @precondition(lambda self: self.listed is None)
    @rule()
    def a_sweep_lists(self) -> None:
        since = self.mark.window_from(OVERLAP)
        self.listed = [
            Listed(id, at(second), T0, LOOKS)
            for id, second in self.shop.orders.items()
            if at(second) >= since
        ]
        for row in self.listed:
            known = self.knowledge.of("order", row.id)
            if (stands := standing(row, known)) is not Standing.SEEN:
                self.suspects.add(Suspect("order", row.id, stands, row.updated_at, 0.0, {}, row), known)

    @precondition(lambda self: self.listed is not None)
    @rule()
    def and_settles(self) -> None:
        self.suspects.clear(self.knowledge.of)
        newest = max((row.updated_at for row in self.listed or []), default=None)
        self.mark = self.mark.advanced(newest_listed=newest, open=self.suspects.earliest("order"))
        self.listed = None

    @rule()
    def what_is_suspected_is_repaired_and_read_back(self) -> None:
        for held in self.suspects.of("order"):
            self._tell(held.id, self.shop.orders[held.id])
        self.suspects.clear(self.knowledge.of)

    @rule()
    def the_process_starts_again(self) -> None:
        self.suspects = Suspects()
        self.listed = None

    @invariant()
    def everything_before_the_mark_was_seen(self) -> None:
        for id, second in self.shop.orders.items():
            if at(second) < self.mark.reached:
                known = self.knowledge.of("order", id)
                assert known is not None
                assert known.updated_at is not None
                assert known.updated_at >= at(second)

    def _tell(self, id: str, second: int) -> None:
        self.knowledge.learn(Told("order", id, "found", at(second), None, frozenset(), LOOKS))


Sweeps.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestSweeps = Sweeps.TestCase
