"""What lies in ``schemas/`` is true of the code and of the services."""

from __future__ import annotations

from pathlib import Path

from muniment_contracts.bodies import BODIES
from tools.check_schemas import ROOT
from tools.generate_reference import stale_pages
from tools.reference_pages.topics import topics_page
from tools.schema_checks import (
    body_faults,
    compatibility_faults,
    example_faults,
    release_faults,
    topic_faults,
)

SCHEMAS = ROOT / "schemas"


def test_every_topic_file_agrees_with_enum_records_and_services() -> None:
    services = [path.name for path in (ROOT / "services").iterdir()]
    assert topic_faults(SCHEMAS / "topics", records=BODIES, services=services) == []


def test_index_of_released_schemas_is_true() -> None:
    assert release_faults(SCHEMAS / "avro") == []


def test_every_version_of_a_record_reads_every_other() -> None:
    assert compatibility_faults(SCHEMAS / "avro") == []


def test_bodies_equal_their_schemas() -> None:
    assert body_faults() == []


def test_every_topic_has_examples_and_the_wire_format_is_theirs() -> None:
    assert example_faults(SCHEMAS / "examples") == []


def test_topics_page_says_what_the_files_say() -> None:
    assert stale_pages(pages={"topics.md": topics_page}) == {}


def test_missing_or_changed_page_is_stale(tmp_path: Path) -> None:
    (tmp_path / "kept.md").write_text("as generated")
    (tmp_path / "edited.md").write_text("edited by hand")
    pages = {"kept.md": lambda: "as generated", "edited.md": lambda: "right", "missing.md": lambda: "new"}
    assert stale_pages(tmp_path, pages) == {"edited.md": "right", "missing.md": "new"}
