from __future__ import annotations

from pathlib import Path

from muniment_ops.chaos.role_faults import faults_told


def test_a_stopped_partition_and_faults_of_ours_are_found_and_counted(tmp_path: Path) -> None:
    log = tmp_path / "archive.log"
    log.write_text(
        '{"event": "partition stopped; see to the cause", "reason": "too many dead letters"}\n'
        '{"event": "partition stopped; see to the cause", "reason": "too many dead letters"}\n'
        '{"event": "a fault of the runtime, going on"}\n'
    )
    assert faults_told([log]) == [
        "archive said 1 times: a fault of the runtime, going on",
        "archive said 2 times: partition stopped; see to the cause: too many dead letters",
    ]


def test_what_trouble_explains_is_no_fault_and_a_line_cut_short_is_skipped(tmp_path: Path) -> None:
    log = tmp_path / "record.log"
    log.write_text(
        '{"event": "publication not acknowledged, trying again"}\n'
        "crash point reached: after-publish\n"
        '{"event": "partition stopped; see to'
    )
    assert faults_told([log]) == []
