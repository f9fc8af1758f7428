"""Throw-away folders, and what is swept."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from muniment_ops.broker.folders import ThrowawayFolder, sweep

HOUR_S = 3600


@pytest.fixture(autouse=True)
def _own_temporary_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_a_folder_in_use_is_not_swept() -> None:
    folder = ThrowawayFolder()
    sweep()
    assert folder.path.exists()
    folder.remove()


def test_removing_twice_is_harmless() -> None:
    folder = ThrowawayFolder()
    folder.remove()
    folder.remove()
    assert not folder.path.exists()


def test_a_folder_whose_owner_is_gone_is_swept_by_the_next(tmp_path: Path) -> None:
    abandoned = tmp_path / "muniment-kafka-abandoned"
    (abandoned / "data").mkdir(parents=True)
    (abandoned / ".owner").touch()
    folder = ThrowawayFolder()
    assert not abandoned.exists()
    folder.remove()


def test_a_folder_that_is_just_being_made_is_left_alone(tmp_path: Path) -> None:
    young, old = tmp_path / "muniment-kafka-young", tmp_path / "muniment-kafka-old"
    for folder in (young, old):
        folder.mkdir()
    past = young.stat().st_mtime - 2 * HOUR_S
    os.utime(old, (past, past))
    sweep()
    assert young.exists()
    assert not old.exists()


def test_folders_of_others_are_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "somebody-elses"
    other.mkdir()
    sweep()
    assert other.exists()
