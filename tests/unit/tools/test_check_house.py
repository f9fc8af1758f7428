"""The check of the house rules that no other tool knows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_house import FILE_MAX_LINES, FUNCTION_MAX_LINES, faults_of, files


def _fault(root: Path, name: str, text: str) -> list[str]:
    (root / name).write_text(text)
    return list(faults_of(root / name, root))


def test_a_plain_file_is_fine(tmp_path: Path) -> None:
    assert _fault(tmp_path, "lanes.py", "x = 1\n" * FILE_MAX_LINES) == []


def test_a_long_file_is_named(tmp_path: Path) -> None:
    (fault,) = _fault(tmp_path, "lanes.py", "x = 1\n" * (FILE_MAX_LINES + 1))
    assert fault == f"lanes.py: {FILE_MAX_LINES + 1} lines; split it by meaning, {FILE_MAX_LINES} at most."


@pytest.mark.parametrize("word", ["def", "async def"])
def test_a_long_function_is_named_with_its_line(tmp_path: Path, word: str) -> None:
    body = "    x = 1\n" * FUNCTION_MAX_LINES
    (fault,) = _fault(tmp_path, "lanes.py", f"\n{word} walk():\n{body}")
    assert fault == f"lanes.py:2: walk has {FUNCTION_MAX_LINES + 1} lines; {FUNCTION_MAX_LINES} at most."


def test_a_name_that_says_nothing_is_refused(tmp_path: Path) -> None:
    (fault,) = _fault(tmp_path, "utils.py", "")
    assert "the name says nothing" in fault


def test_all_rooms_are_looked_through(tmp_path: Path) -> None:
    for room in ("libs", "services", "tests", "tools", "benchmarks", "elsewhere"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "a.py").write_text("")
    assert {path.parent.name for path in files(tmp_path)} == {
        "libs",
        "services",
        "tests",
        "tools",
        "benchmarks",
    }
