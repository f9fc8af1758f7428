"""The registry's archive: unpacked whole or not at all, once."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment_ops.jar_pins import PinnedJar, parse_pins, read_pins
from muniment_ops.jars import JarsUnavailable
from muniment_ops.registry import distribution, fetch_registry
from muniment_ops.registry.distribution import APICURIO_ARCHIVE, LAUNCHER

Archive = Callable[[dict[str, bytes]], list[Path]]


@pytest.fixture
def archive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Archive:
    """Stand in for the download: the next fetch gets these files."""
    monkeypatch.setenv("MUNIMENT_CACHE", str(tmp_path / "cache"))

    def pack(files: dict[str, bytes]) -> list[Path]:
        fetched: list[Path] = []

        def resolve(_name: str, _coordinates: object, *, advance: object = None) -> list[Path]:
            path = tmp_path / "archive.tar.gz"
            with tarfile.open(path, "w:gz") as packed:
                for name, content in files.items():
                    member = tarfile.TarInfo(name)
                    member.size = len(content)
                    packed.addfile(member, io.BytesIO(content))
            fetched.append(path)
            return [path]

        monkeypatch.setattr(distribution, "resolve", resolve)
        return fetched

    return pack


def test_the_archive_is_fetched_and_unpacked_once(archive: Archive) -> None:
    fetched = archive({LAUNCHER: b"jar", "lib/a.jar": b"a"})
    folder = fetch_registry()
    assert (folder / "lib" / "a.jar").read_bytes() == b"a"
    assert fetch_registry() == folder
    assert len(fetched) == 1


def test_a_member_that_leads_out_of_the_folder_is_refused(archive: Archive) -> None:
    archive({LAUNCHER: b"jar", "../../outside": b"x"})
    with pytest.raises(JarsUnavailable, match="could not be unpacked"):
        fetch_registry()
    archive({LAUNCHER: b"jar"})
    assert fetch_registry().joinpath(LAUNCHER).exists()


def test_a_broken_archive_leaves_nothing_that_looks_whole(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(b"\x1f\x8b not an archive")
    archive({})
    monkeypatch.setattr(distribution, "resolve", lambda *_args, **_more: [broken])
    with pytest.raises(JarsUnavailable, match="could not be unpacked"):
        fetch_registry()
    archive({LAUNCHER: b"jar"})
    assert fetch_registry().joinpath(LAUNCHER).exists()


def test_the_archive_is_pinned_and_not_fetched_by_the_set_up() -> None:
    pins = read_pins("apicurio")
    assert pins is not None
    assert pins.coordinates == APICURIO_ARCHIVE
    assert not pins.is_for_setup
    assert parse_pins(pins.to_text()) == pins
    assert pins.jars[0].file_name == "apicurio-registry-app-3.3.3-all.tar.gz"


def test_other_files_of_an_artifact_have_names_of_their_own() -> None:
    assert PinnedJar("g:a:1", "0" * 64).file_name == "a-1.jar"
    assert PinnedJar("g:a:1:all:zip", "0" * 64).file_name == "a-1-all.zip"
