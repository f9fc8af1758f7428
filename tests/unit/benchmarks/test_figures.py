"""Which figures are reported, and whether their aim is met."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import last_object, spelled
from benchmarks.figures import Figure, Json, report

OUTCOME: Json = {"fast": {"own": 300.0, "other": 100, "ratio": 3.0}, "note": "quiet"}


def _figure(*, ratio: str = "fast.ratio", aim: float | None = None, is_upper_bound: bool = False) -> Figure:
    return Figure(
        title="t",
        benchmark="b",
        own="fast.own",
        unit="x/s",
        reference_title="r",
        reference="fast.other",
        ratio=ratio,
        aim=aim,
        is_upper_bound=is_upper_bound,
    )


@pytest.mark.parametrize(
    ("figure", "is_met"),
    [
        (_figure(aim=3), True),
        (_figure(aim=3.1), False),
        (_figure(ratio="", aim=299), True),
        (_figure(ratio="", aim=299, is_upper_bound=True), False),
        (_figure(), None),
    ],
    ids=["ratio met", "ratio missed", "own met", "upper bound missed", "no aim"],
)
def test_the_aim_is_about_the_ratio_or_without_one_about_the_figure(
    figure: Figure, is_met: bool | None
) -> None:
    (line,) = report((figure,), {"b": OUTCOME})
    assert line.is_met is is_met
    assert (line.own, line.reference) == (300.0, 100.0)


def test_a_benchmark_that_did_not_run_is_left_out() -> None:
    assert report((_figure(),), {"other": OUTCOME}) == []


@pytest.mark.parametrize("path", ["fast.gone", "gone", "note", "note.deeper"])
def test_a_path_that_leads_nowhere_is_named(path: str) -> None:
    with pytest.raises(KeyError, match=path):
        report((_figure(ratio=path),), {"b": OUTCOME})


def test_the_outcome_is_found_after_log_lines() -> None:
    assert last_object('started\n{not it}\n{\n  "a": {\n  }\n}\n') == '{\n  "a": {\n  }\n}\n'
    assert last_object('{"a": 1}\n') == '{"a": 1}\n'


def test_numbers_have_the_digits_they_deserve() -> None:
    assert [spelled(value) for value in (12345.6, 99.94, 0.2345)] == ["12,346", "99.9", "0.234"]
