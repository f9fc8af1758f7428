"""No field is forgotten: the check of the file that says which fields are about a person."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from muniment_contracts.personal_data import personal_data
from muniment_contracts.topics import schemas_folder
from tests.contract.contracts.released_schemas import FIRST, release
from tools.check_schemas import ROOT
from tools.generate_reference import stale_pages
from tools.reference_pages.headers import headers_page
from tools.schema_checks import personal_data_faults


@pytest.fixture
def schemas(tmp_path: Path) -> Path:
    shutil.copytree(schemas_folder() / "avro", tmp_path / "avro")
    shutil.copy(schemas_folder() / "personal-data.yaml", tmp_path)
    return tmp_path


def change(schemas: Path, old: str, new: str) -> None:
    path = schemas / "personal-data.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_every_field_of_every_released_version_is_classified() -> None:
    assert personal_data_faults(ROOT / "schemas") == []


def test_a_new_record_must_be_classified_down_to_its_nested_fields(schemas: Path) -> None:
    release(schemas / "avro", FIRST, 1)
    faults = personal_data_faults(schemas)
    assert len(faults) == 5
    assert any("test.Thing.parts.id is not classified" in fault for fault in faults)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  verdict: plain\n", "", "verdict is not classified"),
        (
            "  verdict: plain\n",
            "  verdict: plain\n  colour: plain\n",
            "colour is no field of a released version",
        ),
        ("  verdict: plain\n", "  verdict: maybe\n", "verdict must be plain or personal"),
        ("  verdict: plain\n", "  verdict: {plain: [a]}\n", "verdict must be plain or personal"),
        (
            "workspace.attributes: {plain:",
            "workspace.attributes: {fine:",
            "must be plain, personal, or name its plain keys",
        ),
        (
            "commerce.OrderChange:\n",
            "commerce.OrderGone:\n",
            "names commerce.OrderGone, which is no released record",
        ),
    ],
)
def test_a_fault_of_the_file_is_named(schemas: Path, old: str, new: str, told: str) -> None:
    change(schemas, old, new)
    assert any(told in fault for fault in personal_data_faults(schemas))


def test_what_nobody_classified_is_hidden() -> None:
    said = personal_data()
    assert said.is_personal("shopify.HookReceived", "body")
    assert not said.is_personal("shopify.HookReceived", "shop")
    assert said.is_personal("shopify.HookReceived", "added_by_a_newer_producer")
    assert said.is_personal("unknown.Record", "shop")
    assert said.is_personal("shopify.HookReceived", "headers")
    assert said.is_personal("shopify.HookReceived", "headers", key="x-forwarded-for")
    assert not said.is_personal("shopify.HookReceived", "headers", key="content-type")


def test_headers_page_says_what_the_code_writes() -> None:
    assert stale_pages(pages={"headers.md": headers_page}) == {}
