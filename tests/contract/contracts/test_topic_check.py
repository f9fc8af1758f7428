"""The topic check finds each lie a topic file can tell."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from muniment_contracts.bodies import BODIES
from tools.check_schemas import ROOT
from tools.schema_checks import topic_faults

SERVICES = ["shopify-ingest", "document-renderer", "ecm-archiver"]


@pytest.fixture
def topics(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "schemas" / "topics", tmp_path / "topics"))


def edit(path: Path, **fields: object) -> None:
    content = yaml.safe_load(path.read_text())
    path.write_text(yaml.safe_dump({**content, **fields}))


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"value": "commerce.Nothing"}, "its value commerce.Nothing is no released record"),
        ({"producers": ["nobody"]}, "its producers name nobody, which is no service"),
        ({"consumers": ["ecm-archiver", "ghost"]}, "its consumers name ghost"),
        ({"producers": []}, "producers must be a list with at least one service"),
        ({"partitions": True}, "partitions must be a number above 0"),
        ({"partitions": 6}, "must have the same number of partitions"),
        ({"retention": {"weeks": 2}}, "retention must be forever or"),
        ({"max_record_bytes": 0}, "max_record_bytes must be a number above 0"),
        ({"colour": "red"}, "colour is no field of a topic file"),
        ({"owner": " "}, "owner must be a text"),
    ],
)
def test_lie_in_a_topic_file_is_found(topics: Path, fields: dict[str, object], fault: str) -> None:
    edit(topics / "commerce.orders.yaml", **fields)
    found = topic_faults(topics, records=BODIES, services=SERVICES)
    assert len(found) == 1
    assert fault in found[0]


def test_topic_without_file_and_file_without_topic_are_found(topics: Path) -> None:
    (topics / "commerce.orders.yaml").rename(topics / "commerce.oders.yaml")
    assert topic_faults(topics, records=BODIES, services=SERVICES) == [
        "Topic commerce.orders has no file in schemas/topics.",
        "schemas/topics/commerce.oders.yaml is no topic of the enum Topic: add it there or remove the file.",
    ]
