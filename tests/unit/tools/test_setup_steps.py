"""When a set-up may be skipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.setup_steps import is_current, normalized


@pytest.fixture
def stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUNIMENT_CACHE", str(tmp_path))
    (tmp_path / "jars").mkdir()
    path = tmp_path / "stamp.json"
    path.write_text(json.dumps({"digest": "d", "cache": str(tmp_path), "java": [str(tmp_path / "jars")]}))
    return path


def test_the_same_inputs_need_no_set_up(stamp: Path) -> None:
    assert is_current(stamp, "d")


def test_other_inputs_need_one(stamp: Path) -> None:
    assert not is_current(stamp, "e")


def test_a_removed_cache_needs_one(stamp: Path, tmp_path: Path) -> None:
    (tmp_path / "jars").rmdir()
    assert not is_current(stamp, "d")


def test_another_cache_needs_one(stamp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_CACHE", "/elsewhere")
    assert not is_current(stamp, "d")


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_an_unreadable_stamp_needs_one(stamp: Path, content: str) -> None:
    stamp.write_text(content)
    assert not is_current(stamp, "d")


def test_names_are_compared_in_one_spelling() -> None:
    assert normalized("Typing_Extensions") == normalized("typing-extensions")
