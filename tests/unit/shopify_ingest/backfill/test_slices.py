"""History is cut into calendar months that leave nothing out and overlap nowhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from muniment_contracts.identifiers import key_of
from muniment_contracts.reconciliation import ProgressMade
from shopify_ingest.backfill.slices import WORK, Slice, months

moments = st.integers(1_100_000_000, 1_900_000_000).map(lambda second: datetime.fromtimestamp(second, UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(moments, moments)
def test_slices_follow_each_other_from_the_first_moment_to_the_last(one: datetime, other: datetime) -> None:
    begin, end = sorted([one, other])
    slices = list(months(begin, end))
    assert [each.begin for each in slices] + [end] * bool(slices) == (
        [begin] * bool(slices) + [each.end for each in slices]
    )
    assert all(each.begin < each.end <= each.begin + timedelta(days=31) for each in slices)
    for each in slices:
        key_of("northwind", WORK, each.name)


def test_the_first_and_the_last_month_are_cut_off_and_the_others_are_whole() -> None:
    slices = list(months(at("2025-11-20T10:00:00"), at("2026-02-03")))
    assert [(each.begin, each.end) for each in slices] == [
        (at("2025-11-20T10:00:00"), at("2025-12-01")),
        (at("2025-12-01"), at("2026-01-01")),
        (at("2026-01-01"), at("2026-02-01")),
        (at("2026-02-01"), at("2026-02-03")),
    ]


def test_a_slice_is_loaded_when_a_completed_one_covers_it() -> None:
    december = Slice(at("2025-12-01"), at("2026-01-01"))
    made = ProgressMade(
        shop="northwind", work=WORK, subject="x", begin=at("2025-12-01"), reached=at("2026-01-01")
    )
    assert not december.is_loaded([made])
    done = ProgressMade(
        shop="northwind",
        work=WORK,
        subject="x",
        begin=at("2025-12-01"),
        reached=at("2026-01-01"),
        completed_at=at("2026-03-01"),
    )
    assert december.is_loaded([done])
    assert not Slice(at("2025-12-01"), at("2026-01-02")).is_loaded([done])
