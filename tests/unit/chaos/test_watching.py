from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from muniment_kit.crash_points import CrashPoint
from muniment_ops.chaos.drill import Outcome
from muniment_ops.chaos.judgement import Finding
from muniment_ops.chaos.schedule import make_schedule
from muniment_ops.chaos.watching import board, verdict
from muniment_ops.cli import app
from muniment_ops.exit_codes import WrongUse


def seen(outcome: Outcome) -> str:
    written = io.StringIO()
    Console(file=written, width=120).print(board(outcome))
    return written.getvalue()


def test_the_board_shows_what_goes_wrong_right_now_and_nothing_that_is_over() -> None:
    outcome = Outcome(make_schedule(300, 1))
    with outcome.journal.noting("network", "cut", "kafka"):
        pass
    with outcome.journal.noting("ecm", "outage", "ecm"):
        shown = seen(outcome)
    assert "outage" in shown
    assert "cut" not in shown


def test_the_board_counts_the_points_that_were_reached() -> None:
    outcome = Outcome(make_schedule(300, 1))
    outcome.journal.reached["archive", CrashPoint.AFTER_EFFECT] += 2
    assert "1 of 35" in seen(outcome)


def test_the_verdict_on_a_failed_drill_names_findings_and_how_to_run_it_again() -> None:
    outcome = Outcome(make_schedule(300, 77))
    outcome.judgement.lost.append(Finding("#1001", "invoice INV-1001 is not there"))
    said = verdict(outcome).plain
    assert "1 lost" in said
    assert "invoice INV-1001 is not there" in said
    assert "--events 300 --seed 77" in said


def test_trouble_that_fails_is_noted_with_its_error() -> None:
    outcome = Outcome(make_schedule(300, 1))
    with pytest.raises(OSError, match="gone"), outcome.journal.noting("broker", "killed", "kafka"):
        raise OSError("gone")
    assert outcome.journal.happenings[0].outcome == "failed: OSError"
    assert outcome.journal.under_way == []


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "kafka").mkdir()
    result = CliRunner().invoke(app, ["chaos", "--keep", str(tmp_path)])
    assert isinstance(result.exception, WrongUse)
    assert "not empty" in str(result.exception)


def test_an_unknown_family_of_faults_is_refused_before_anything_starts() -> None:
    result = CliRunner().invoke(app, ["chaos", "--faults", "crash,weather"])
    assert isinstance(result.exception, WrongUse)
    assert "weather" in str(result.exception)
