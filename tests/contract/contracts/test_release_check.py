"""A released schema that was changed, moved or removed is found, in the folder and in the history."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.contract.contracts.released_schemas import FIRST, release, rewrite_index
from tools.check_schemas import ROOT
from tools.schema_checks import history_faults, release_faults


@pytest.fixture
def avro_folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "schemas" / "avro", tmp_path / "schemas" / "avro"))


def test_changed_released_file_is_found(avro_folder: Path) -> None:
    with (avro_folder / "commerce.OrderChange" / "v1.avsc").open("a") as file:
        file.write(" ")
    assert release_faults(avro_folder) == [
        "Schema 2 (commerce.OrderChange/v1.avsc): the file is not as released; "
        "restore it and add a new version instead."
    ]


def test_removed_released_file_is_found(avro_folder: Path) -> None:
    (avro_folder / "commerce.OrderChange" / "v1.avsc").unlink()
    assert release_faults(avro_folder) == [
        "Schema 2 (commerce.OrderChange/v1.avsc): the file is missing; restore it."
    ]


def test_file_that_is_not_in_the_index_is_found(avro_folder: Path) -> None:
    shutil.copy(
        avro_folder / "commerce.OrderChange" / "v1.avsc", avro_folder / "commerce.OrderChange" / "v2.avsc"
    )
    assert release_faults(avro_folder) == [
        "commerce.OrderChange/v2.avsc is not in index.json: give it the next id."
    ]


def test_gap_in_the_ids_is_found(avro_folder: Path) -> None:
    rewrite_index(avro_folder, lambda index: index.update({"99": index.pop("4")}))
    assert any("ids are only ever added at the end" in fault for fault in release_faults(avro_folder))


def test_version_out_of_order_is_found(avro_folder: Path) -> None:
    schema_id = release(avro_folder, FIRST, 2)
    assert f"Schema {schema_id} must be version 1 of test.Thing, not 2." in release_faults(avro_folder)


def test_file_with_another_record_is_found(avro_folder: Path) -> None:
    schema_id = release(avro_folder, FIRST, 1)
    (avro_folder / "test.Thing" / "v1.avsc").write_text(json.dumps({**FIRST, "name": "Other"}))
    content = (avro_folder / "test.Thing" / "v1.avsc").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    rewrite_index(avro_folder, lambda index: index[str(schema_id)].update(sha256=sha256))
    assert release_faults(avro_folder) == [
        f"Schema {schema_id} (test.Thing/v1.avsc): the record in it is not test.Thing."
    ]


def git(repository: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(
        ["git", "-C", str(repository), *identity, *arguments],  # noqa: S607  # the git that the check uses
        check=True,
        capture_output=True,
        timeout=20,
    )


@pytest.fixture
def repository(tmp_path: Path, avro_folder: Path) -> Path:
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "release")
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "work")
    return tmp_path


def test_history_agrees_with_an_added_version(repository: Path, avro_folder: Path) -> None:
    release(avro_folder, FIRST, 1)
    assert history_faults(repository) == []


def test_history_finds_a_file_and_its_hash_changed_together(repository: Path, avro_folder: Path) -> None:
    path = avro_folder / "commerce.OrderChange" / "v1.avsc"
    path.write_bytes(path.read_bytes() + b" ")
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    rewrite_index(avro_folder, lambda index: index["2"].update(sha256=sha256))
    assert release_faults(avro_folder) == []
    assert history_faults(repository) == [
        "Schema 2 was changed or removed in schemas/avro/index.json: released ids stay as they are.",
        "schemas/avro/commerce.OrderChange/v1.avsc was changed or removed after its release: restore it.",
    ]


def test_history_finds_a_removed_id(repository: Path, avro_folder: Path) -> None:
    rewrite_index(avro_folder, lambda index: index.pop("4"))
    assert history_faults(repository) == [
        "Schema 4 was changed or removed in schemas/avro/index.json: released ids stay as they are."
    ]


def test_without_history_there_is_nothing_to_compare(tmp_path: Path) -> None:
    assert history_faults(tmp_path) == []
