"""Following and bounding a role's log."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ops.role_logs import LogTail, keep_small, last_lines

PARTS = st.lists(st.text(alphabet="abc ä✓\n", max_size=12), max_size=8)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "role.log"


def test_a_line_is_yielded_once_it_is_whole(log: Path) -> None:
    tail = LogTail(log)
    log.write_text("one\ntw")
    assert list(tail.lines()) == ["one"]
    log.write_text("one\ntwo\n")
    assert list(tail.lines()) == ["two"]
    assert list(tail.lines()) == []


def test_what_stood_there_before_is_not_repeated(log: Path) -> None:
    log.write_text("old\n")
    tail = LogTail(log)
    with log.open("a") as file:
        file.write("new\n")
    assert list(tail.lines()) == ["new"]


def test_a_log_that_was_emptied_is_read_from_its_start(log: Path) -> None:
    log.write_text("a long line of before\n")
    tail = LogTail(log)
    log.write_text("short\n")
    assert list(tail.lines()) == ["short"]


def test_a_log_beyond_its_limit_is_moved_aside_and_emptied(log: Path) -> None:
    log.write_text("x" * 11)
    keep_small(log, limit_bytes=10)
    assert log.read_text() == ""
    assert log.with_name("role.log.1").read_text() == "x" * 11


def test_a_log_within_its_limit_stays(log: Path) -> None:
    log.write_text("x" * 10)
    keep_small(log, limit_bytes=10)
    assert log.read_text() == "x" * 10


def test_last_lines_skip_blank_ones_and_a_missing_file(log: Path) -> None:
    assert last_lines(log, 2) == []
    log.write_text("a\nb\n\nc\n\n")
    assert last_lines(log, 2) == ["b", "c"]


@given(parts=PARTS)
def test_however_it_is_written_every_whole_line_comes_once_and_in_order(
    parts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = tmp_path_factory.mktemp("tail") / "role.log"
    tail = LogTail(log)
    seen: list[str] = []
    for part in parts:
        with log.open("ab") as file:
            file.write(part.encode())
        seen.extend(tail.lines())
    assert seen == "".join(parts).split("\n")[:-1]
