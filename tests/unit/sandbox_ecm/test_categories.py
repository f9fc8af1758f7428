"""Categories: every attribute type, sets, several values, tokens, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from muniment_sandbox.ecm.state.definitions import Attribute
from tests.unit.sandbox_ecm.desk import Desk, Reply


class Sheet:
    """A folder with the category of all attribute types, its keys by name."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.id = desk.category("Attribute Types")
        self.node = desk.folder("sheet")
        self.path = f"/v2/nodes/{self.node}/categories"
        self.applied = desk.call("POST", self.path, {"category_id": self.id})

    def key(self, name: str) -> str:
        schema = self.desk.get(f"{self.path}/{self.id}?metadata").results["metadata"]["categories"]
        return next(str(key) for key, entry in schema.items() if entry["name"] == name)

    def put(self, values: dict[str, Any]) -> Reply:
        return self.desk.call("PUT", f"{self.path}/{self.id}", values)

    def values(self) -> dict[str, Any]:
        shown: dict[str, Any] = self.desk.get(f"{self.path}/{self.id}").results["data"]["categories"]
        return shown


@pytest.fixture
def sheet(desk: Desk) -> Sheet:
    return Sheet(desk)


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("Text", "plain", "plain"),
        ("Text", "", None),
        ("Text lines", "x" * 1000, "x" * 1000),
        ("Whole number", "42", 42),
        ("Number", "4.5", 4.5),
        ("Day", "2026-06-01", "2026-06-01T00:00:00"),
        ("Day", "2026-06-01T12:13:14", "2026-06-01T00:00:00"),
        ("Moment", "2026-06-01T12:13:14Z", "2026-06-01T12:13:14"),
        ("Flag", "True", True),
        ("Flag", "0", False),
        ("Colour", "green", "green"),
        ("Size", "38", 38),
        ("Person", "1000", 1000),
        ("Labels", ["a", "b"], ["a", "b"]),
        ("Labels", "one", ["one"]),
        ("Labels", "", []),
    ],
)
def test_a_value_is_kept_by_its_type(sheet: Sheet, name: str, given: Any, kept: Any) -> None:
    assert sheet.put({sheet.key(name): given}).status == 200
    assert sheet.values()[sheet.key(name)] == kept


@pytest.mark.parametrize(
    ("name", "given", "status"),
    [
        ("Text", "x" * 33, 500),
        ("Whole number", "4.5", 400),
        ("Number", "four", 400),
        ("Day", "1 June", 400),
        ("Day", "2026-13-01", 400),
        ("Flag", "perhaps", 400),
        ("Colour", "mauve", 500),
        ("Labels", list("abcdef"), 500),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_and_nothing_changes(
    sheet: Sheet, name: str, given: Any, status: int
) -> None:
    before = sheet.values()
    assert sheet.put({sheet.key("Number"): "1", sheet.key(name): given}).status == status
    assert sheet.values() == before


def test_unset_values_are_null_and_lists_empty(sheet: Sheet) -> None:
    values = sheet.values()
    assert values[sheet.key("Text")] is None
    assert values[sheet.key("Labels")] == []


def test_an_update_leaves_the_other_attributes(sheet: Sheet) -> None:
    sheet.put({sheet.key("Text"): "a"})
    sheet.put({sheet.key("Number"): "1"})
    assert sheet.values()[sheet.key("Text")] == "a"


def test_rows_of_a_set_are_written_grown_and_deleted(sheet: Sheet) -> None:
    contacts = sheet.key("Contacts")
    name = sheet.key("Name").rpartition("_")[2]
    sheet.put({f"{contacts}_1_{name}": "Ana", f"{contacts}_2_{name}": "Bo", f"{contacts}_3_{name}": "Cy"})
    sheet.put({f"{contacts}_2": ""})
    values = sheet.values()
    assert [values[f"{contacts}_{row}_{name}"] for row in (1, 2)] == ["Ana", "Cy"]
    assert f"{contacts}_3_{name}" not in values
    assert sheet.put({f"{contacts}_5_{name}": "too many"}).status == 500


def test_the_schema_tells_what_clients_read(sheet: Sheet) -> None:
    result = sheet.desk.get(f"{sheet.path}/{sheet.id}?metadata").results
    schema = result["metadata"]["categories"]
    assert next(iter(schema)) == str(sheet.id)
    assert schema[str(sheet.id)]["persona"] == "category"
    assert schema[sheet.key("Contacts")]["persona"] == "set"
    assert schema[sheet.key("Contacts")]["multi_value_length_max"] == 4
    assert "_x_" in sheet.key("Name")
    assert schema[sheet.key("Colour")]["valid_values"] == ["red", "green", "blue"]
    assert schema[sheet.key("Text")]["max_length"] == 32
    assert schema[sheet.key("Labels")]["multi_value"] is True
    assert schema[sheet.key("Person")]["persona"] == "user"
    assert result["metadata_order"]["categories"] == [str(sheet.id)]


def test_a_category_cannot_be_applied_twice(sheet: Sheet) -> None:
    again = sheet.desk.call("POST", sheet.path, {"category_id": sheet.id})
    assert again.error == (400, "The attribute group 'Attribute Types' already exists")


def test_an_update_of_a_category_that_is_not_there_is_refused(desk: Desk, sheet: Sheet) -> None:
    other = desk.category("Shopify Document")
    reply = desk.call("PUT", f"{sheet.path}/{other}", {f"{other}_2": "x"})
    assert reply.error == (400, f"Category ID '{other}' is not a category on node '{sheet.node}'")


def test_a_key_of_another_category_is_refused(sheet: Sheet) -> None:
    status, text = sheet.put({"999999_2": "x"}).error
    assert status == 400
    assert "non-matching attribute" in text


def test_a_stale_token_is_an_edit_conflict(sheet: Sheet) -> None:
    holder = f"{sheet.id}_1"
    token = sheet.applied.results["state"]["categories"][holder]["metadata_token"]
    fresh = sheet.put({sheet.key("Text"): "1", holder: json.dumps({"metadata_token": token})})
    assert fresh.status == 200
    stale = sheet.put({sheet.key("Text"): "2", holder: json.dumps({"metadata_token": token})})
    assert stale.error == (409, "Could not update metadata (edit conflict).")
    assert sheet.values()[sheet.key("Text")] == "1"
    newest = fresh.results["state"]["categories"][holder]["metadata_token"]
    assert sheet.put({sheet.key("Text"): "3", holder: json.dumps({"metadata_token": newest})}).status == 200


@pytest.mark.parametrize("nested", [True, False])
def test_roles_carry_categories_flat_and_nested(desk: Desk, nested: bool) -> None:
    category = desk.category("Shopify Document")
    flat = {f"{category}_2": "invoice", f"{category}_4": "2026-06-01"}
    body = {
        "type": 144,
        "parent_id": 2000,
        "name": "INV-1.pdf",
        "roles": {"categories": {str(category): flat} if nested else flat},
    }
    node = desk.upload("/v2/nodes", body).properties["id"]
    shown = desk.get(f"/v2/nodes/{node}?fields=properties&fields=categories&metadata").results
    assert shown["data"]["categories"][0][f"{category}_2"] == "invoice"
    assert shown["metadata"]["categories"][0][str(category)]["name"] == "Shopify Document"


def test_an_empty_holder_applies_a_category_with_defaults(desk: Desk) -> None:
    category = desk.category("Shopify Account")
    body = {"type": 0, "parent_id": 2000, "name": "f", "roles": {"categories": {f"{category}_1": {}}}}
    node = desk.call("POST", "/v2/nodes", body=body).properties["id"]
    assert len(desk.get(f"/v2/nodes/{node}/categories").results) == 1


def test_a_removed_category_is_gone(sheet: Sheet) -> None:
    assert sheet.desk.call("DELETE", f"{sheet.path}/{sheet.id}").results == {}
    assert sheet.desk.get(sheet.path).results == []


def test_an_inherited_category_lies_on_new_children(desk: Desk, sheet: Sheet) -> None:
    before = desk.folder("before", sheet.node)
    desk.call("POST", f"{sheet.path}/{sheet.id}/inheritance")
    after = desk.folder("after", sheet.node)
    assert desk.get(f"/v2/nodes/{before}/categories").results == []
    assert len(desk.get(f"/v2/nodes/{after}/categories").results) == 1
    desk.call("POST", f"{sheet.path}/apply", body={"categories": [{"id": sheet.id, "action": "add_upgrade"}]})
    assert len(desk.get(f"/v2/nodes/{before}/categories").results) == 1


def test_a_new_attribute_needs_an_upgrade(desk: Desk, sheet: Sheet) -> None:
    definition = desk.state.categories.named("Attribute Types")
    latest = desk.call("PUT", f"{sheet.path}/upgrade", {"category_id": sheet.id})
    assert latest.status == 500
    assert "already the latest version" in latest.error[1]
    definition.version = 2
    definition.items.append(Attribute(definition.next_id, "Later", since=2))
    key = f"{sheet.id}_{definition.items[-1].id}"
    assert key not in sheet.values()
    assert sheet.put({key: "x"}).status == 400
    assert desk.call("PUT", f"{sheet.path}/upgrade", {"category_id": sheet.id}).status == 200
    assert sheet.put({key: "x"}).status == 200
    assert sheet.values()[key] == "x"


def test_the_definition_can_be_read_as_a_form(desk: Desk) -> None:
    category = desk.category("Approved Content")
    form = desk.get(f"/v1/forms/nodes/properties/specific?id={category}").json["forms"][0]
    titles = {entry["title"]: entry for entry in form["schema"]["properties"].values()}
    assert titles["Status"]["enum"] == ["Draft", "In review", "Approved", "Withdrawn"]
    assert titles["SKU"]["type"] == "array"
    assert titles["SKU"]["items"]["type"] == "string"
    assert titles["Valid from"]["format"] == "date"


def test_the_update_form_brings_values_and_the_token(sheet: Sheet) -> None:
    sheet.put({sheet.key("Text"): "a"})
    path = f"/v1/forms/nodes/categories/update?id={sheet.node}&category_id={sheet.id}"
    data = sheet.desk.get(path).json["forms"][0]["data"]
    assert data[sheet.key("Text")] == "a"
    assert data[f"{sheet.id}_1"]["metadata_token"]
