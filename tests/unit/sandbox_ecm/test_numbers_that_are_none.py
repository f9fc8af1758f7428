"""Numbers that are too large, or look like numbers and are none, are refused and break nothing."""

from __future__ import annotations

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.ecm.state.whole_numbers import whole_number_or_none
from tests.unit.sandbox_ecm.desk import Desk

NONE = ["9" * 25, "9" * 5000, "²", "1_000", "0x1", "1.0", "", " ", "-"]


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@given(st.integers(-(2**63) + 1, 2**63 - 1))
def test_every_number_of_64_bits_is_read(number: int) -> None:
    assert whole_number_or_none(f" {number} ") == number


@given(st.text())
def test_no_text_does_more_than_be_a_number_or_none(text: str) -> None:
    number = whole_number_or_none(text)
    assert number is None or json.loads(json.dumps(number)) == int(text)


@pytest.mark.parametrize("text", NONE[:6])
def test_it_is_refused_in_paths_queries_and_bodies(desk: Desk, text: str) -> None:
    assert desk.get(f"/v2/nodes/{text}").status == 400
    assert desk.get(f"/v2/nodes/2000/nodes?page={text}").status == 400
    assert desk.call("POST", "/v2/nodes/list", body={"ids": [text]}).status == 400
    assert desk.call("POST", "/v2/processes", body={"definition": {"workflow_id": text}}).status == 400
    roles = {"classifications": {"id": [text]}}
    made = desk.call("POST", "/v2/nodes", body={"type": 0, "parent_id": 2000, "name": "n", "roles": roles})
    assert made.status == 400


@pytest.mark.parametrize("text", [*NONE[:6], "nan", "inf", "1e999"])
def test_an_attribute_keeps_no_number_that_an_answer_cannot_carry(desk: Desk, text: str) -> None:
    category = desk.category("Attribute Types")
    folder = desk.folder(f"folder {len(text)} {text[:9]}")
    schema = desk.get(f"/v1/forms/nodes/properties/specific?id={category}").json["forms"][0]["schema"]
    kinds = {key: one["type"] for key, one in schema["properties"].items()}
    assert {"integer", "number"} <= set(kinds.values())
    desk.call("POST", f"/v2/nodes/{folder}/categories", {"category_id": category})
    for key, kind in kinds.items():
        answer = desk.call("PUT", f"/v2/nodes/{folder}/categories/{category}", {key: text})
        assert answer.status == 400 or kind != "integer"
    orjson.dumps(desk.get(f"/v2/nodes/{folder}/categories").json)
    json.dumps(desk.get(f"/v2/nodes/{folder}/categories").json, allow_nan=False)


@pytest.mark.parametrize("span", ["²-", "-²", f"{'9' * 5000}-", "0-²", "-0", "9-1", "a-b"])
def test_a_range_that_makes_no_sense_gives_the_whole_content(desk: Desk, span: str) -> None:
    node = desk.state.tree.child_named(2000, "whole.txt")
    document = node.id if node is not None else desk.document("whole.txt", content=b"hello")
    got = desk.call("GET", f"/v2/nodes/{document}/content", headers={"range": f"bytes={span}"})
    assert (got.status, got.raw) in ((200, b"hello"), (416, b""), (416, got.raw))


@pytest.mark.parametrize("text", NONE[:3])
def test_a_key_of_no_category_is_refused(desk: Desk, text: str) -> None:
    roles = {"categories": {f"{text}_2": "x"}}
    made = desk.call("POST", "/v2/nodes", body={"type": 0, "parent_id": 2000, "name": "k", "roles": roles})
    assert made.status in (400, 500)
    assert "error" in made.json
