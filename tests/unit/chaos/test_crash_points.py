from __future__ import annotations

import subprocess
import sys

import pytest

from muniment_kit.crash_points import REACHED, VARIABLE, CrashPoint, CrashPoints, read_armed


def test_a_point_ends_the_process_at_the_pass_that_was_named_and_no_other_point_does() -> None:
    ended: list[CrashPoint] = []
    points = CrashPoints({CrashPoint.AFTER_PUBLISH: 3}, ended.append)
    for _ in range(2):
        points.passing(CrashPoint.AFTER_PUBLISH)
        points.passing(CrashPoint.BEFORE_COMMIT)
    assert ended == []
    points.passing(CrashPoint.AFTER_PUBLISH)
    assert ended == [CrashPoint.AFTER_PUBLISH]


def test_points_that_are_not_armed_are_passed_without_a_count() -> None:
    points = CrashPoints({}, lambda _point: pytest.fail("nothing was armed"))
    for point in CrashPoint:
        points.passing(point)


def test_several_points_are_read_with_their_counts() -> None:
    assert read_armed("after-publish:3, before-commit:1") == {
        CrashPoint.AFTER_PUBLISH: 3,
        CrashPoint.BEFORE_COMMIT: 1,
    }
    assert read_armed("") == {}


@pytest.mark.parametrize("text", ["after-lunch:1", "after-publish:0", "after-publish:soon"])
def test_an_unknown_point_or_a_senseless_count_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_armed(text)


def test_the_process_really_ends_by_sigkill_and_says_where() -> None:
    script = (
        "from muniment_kit.crash_points import CrashPoint, passing\n"
        "passing(CrashPoint.BEFORE_COMMIT); print('once', flush=True)\n"
        "passing(CrashPoint.BEFORE_COMMIT); print('twice', flush=True)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        env={VARIABLE: "before-commit:2"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == -9
    assert ended.stdout.split() == ["once"]
    assert f"{REACHED}before-commit" in ended.stderr
