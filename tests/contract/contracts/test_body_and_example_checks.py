"""Bodies that drift from their schema, and values that drift from their example, are found."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from muniment_contracts.bodies import Body, DocumentFiled
from muniment_contracts.codec import Codec
from muniment_contracts.resolver import FileResolver
from tests.contract.contracts.released_schemas import FIRST, release
from tools.check_schemas import ROOT
from tools.schema_checks import add_missing_golden_values, body_faults, example_faults


@pytest.fixture
def avro_folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "schemas" / "avro", tmp_path / "schemas" / "avro"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Drifted(Body):
    """A body whose schema says something else."""

    SCHEMA: ClassVar[str] = "test.Thing"

    id: str
    count: str
    note: str | None = None
    added: bool = True


def test_body_that_drifted_from_its_schema_is_found(avro_folder: Path) -> None:
    release(avro_folder, FIRST, 1)
    faults = body_faults([Drifted], FileResolver(avro_folder))
    assert sorted(fault.removeprefix("Drifted and test.Thing: ") for fault in faults) == [
        'count is {"name": "count", "type": "string"} in the class and '
        '{"name": "count", "type": "long"} in the schema.',
        "the class has no field at.",
        "the class has no field parts.",
        "the schema has no field added.",
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed(DocumentFiled):
    """A receipt of the next version."""

    sealed: bool = False


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "schemas" / "examples", tmp_path / "examples"))


def test_changed_wire_format_is_found(examples: Path) -> None:
    path = examples / "commerce.orders" / "gone.2.hex"
    path.write_text(path.read_text().replace("676f6e65", "474f4e45"))
    assert example_faults(examples) == [
        "Example commerce.orders/gone: it is not encoded as its golden value says: "
        "the wire format has changed.",
        "Example commerce.orders/gone: its golden value of schema 2 is no longer read as the example says.",
    ]


def test_topic_without_example_and_example_without_golden_value_are_found(examples: Path) -> None:
    shutil.rmtree(examples / "commerce.shipments")
    (examples / "commerce.orders" / "paid.2.hex").unlink()
    assert sorted(example_faults(examples)) == [
        "Example commerce.orders/paid: it has no golden value for the newest schema; "
        "add it with --add-golden.",
        "Topic commerce.shipments has no example: add one in schemas/examples/commerce.shipments.",
    ]


def test_missing_golden_value_is_added_and_no_other_is_touched(examples: Path) -> None:
    path = examples / "commerce.orders" / "paid.2.hex"
    right = path.read_bytes()
    path.unlink()
    assert add_missing_golden_values(examples) == [path]
    assert path.read_bytes() == right


def test_next_version_still_reads_the_golden_values_of_the_last(avro_folder: Path, examples: Path) -> None:
    schema = json.loads((avro_folder / "archive.DocumentFiled" / "v1.avsc").read_text())
    schema["fields"].append({"name": "sealed", "type": "boolean", "default": False})
    release(avro_folder, schema, 2)

    newest = FileResolver(avro_folder).newest("archive.DocumentFiled")
    codec = Codec(FileResolver(avro_folder))
    old = bytes.fromhex((examples / "archive.receipts" / "filed.4.hex").read_text())
    read = codec.decode(old, Sealed)
    assert read.sealed is False
    assert read.number == "INV-1001"
    assert codec.encode(read)[:5] == b"\0" + newest.id.to_bytes(4, "big")
    assert codec.decode(codec.encode(read), Sealed) == read
