"""Fetching jars: whole or not at all, once, checked, safe to interrupt."""

from __future__ import annotations

import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from muniment_ops import jars
from muniment_ops.jar_pins import PinnedJar, Pins
from muniment_ops.jars import JarsUnavailable, cache_folder, resolve

COORDINATES = ["org.example:one:1.0", "org.example:two:2.0", "org.example:three:3.0"]


class Repository:
    """Stands in for the Maven repository: counts downloads, and may fail or lie."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.broken: set[str] = set()
        self.altered: set[str] = set()
        self._lock = threading.Lock()

    def content(self, coordinate: str) -> bytes:
        return f"bytes of {coordinate}".encode()

    def download(self, coordinate: str, folder: Path) -> Path:
        with self._lock:
            self.asked.append(coordinate)
        if coordinate in self.broken:
            raise ConnectionError("no route")
        folder.mkdir(parents=True)
        path = folder / "file.jar"
        path.write_bytes(b"other bytes" if coordinate in self.altered else self.content(coordinate))
        return path


@pytest.fixture
def repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Repository:
    repository = Repository()
    pinned = [
        PinnedJar(coordinate, hashlib.sha256(repository.content(coordinate)).hexdigest())
        for coordinate in COORDINATES
    ]
    pins = Pins(tuple(COORDINATES), tuple(pinned))
    monkeypatch.setattr(jars, "download_jar", repository.download)
    monkeypatch.setattr(jars, "read_pins", lambda name: pins if name == "example" else None)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    monkeypatch.setenv("MUNIMENT_CACHE", str(tmp_path / "cache"))
    return repository


def test_jars_are_fetched_once_and_then_found(repository: Repository) -> None:
    told: list[tuple[int, int]] = []
    first = resolve("example", COORDINATES, advance=lambda done, total: told.append((done, total)))
    assert [path.read_bytes() for path in first] == [repository.content(name) for name in COORDINATES]
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert resolve("example", COORDINATES, advance=_never) == first
    assert sorted(repository.asked) == sorted(COORDINATES)


def test_a_jar_with_other_bytes_is_refused_and_nothing_is_installed(repository: Repository) -> None:
    repository.altered = {COORDINATES[1]}
    with pytest.raises(JarsUnavailable, match=r"org\.example:two:2\.0 is not the file we pinned"):
        resolve("example", COORDINATES)
    assert list((cache_folder() / "jars").glob("example-*[0-9a-f]")) == []


def test_an_interrupted_run_keeps_what_it_fetched(repository: Repository) -> None:
    repository.broken = {COORDINATES[2]}
    with pytest.raises(JarsUnavailable, match="could not be fetched"):
        resolve("example", COORDINATES)
    repository.broken.clear()
    repository.asked.clear()
    assert len(resolve("example", COORDINATES)) == 3
    assert COORDINATES[2] in repository.asked
    assert len(repository.asked) < 3


def test_half_a_file_of_an_interrupted_run_is_fetched_again(repository: Repository) -> None:
    paths = resolve("example", COORDINATES)
    partial = paths[0].parent.with_suffix(".partial")
    paths[0].parent.rename(partial)
    (partial / paths[0].name).write_bytes(b"half")
    assert resolve("example", COORDINATES)[0].read_bytes() == repository.content(COORDINATES[0])


def test_a_jar_that_somebody_removed_is_fetched_again(repository: Repository) -> None:
    paths = resolve("example", COORDINATES)
    paths[1].unlink()
    assert resolve("example", COORDINATES)[1].read_bytes() == repository.content(COORDINATES[1])


def test_two_at_once_fetch_each_jar_once(repository: Repository) -> None:
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda _: resolve("example", COORDINATES), range(2)))
    assert results[0] == results[1]
    assert sorted(repository.asked) == sorted(COORDINATES)


@pytest.mark.parametrize(("name", "coordinates"), [("unknown", COORDINATES), ("example", COORDINATES[:1])])
def test_what_is_not_pinned_is_not_fetched(repository: Repository, name: str, coordinates: list[str]) -> None:
    with pytest.raises(JarsUnavailable, match=rf"run: tools/pin_jars\.py {name}"):
        resolve(name, coordinates)
    assert repository.asked == []


def test_the_cache_follows_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MUNIMENT_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "muniment"


def _never(done: int, total: int) -> None:
    raise AssertionError(f"nothing should be fetched, but {done} of {total} were told")
