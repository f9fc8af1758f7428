"""Definitions of metafields and metaobjects; values that must fit them; documents written by handle."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_sandbox.shopify.state.files import GenericFile
from muniment_sandbox.shopify.state.metafield_types import is_type, trouble_with
from muniment_sandbox.shopify.state.metaobjects import Metaobject
from tests.unit.sandbox_shopify.contents import ContentDesk

DEFINE = """mutation Define($definition: MetaobjectDefinitionCreateInput!) {
  metaobjectDefinitionCreate(definition: $definition) { metaobjectDefinition { id type name }
    userErrors { field message code } } }"""
UPSERT = """mutation Upsert($handle: MetaobjectHandleInput!, $metaobject: MetaobjectUpsertInput!) {
  metaobjectUpsert(handle: $handle, metaobject: $metaobject) { metaobject { id handle updatedAt displayName
      capabilities { publishable { status } } fields { key value type reference { __typename } } }
    userErrors { field message code elementKey elementIndex } } }"""
DELETE = "mutation Delete($id: ID!) { metaobjectDelete(id: $id) { deletedId userErrors { code } } }"
DEFINE_FIELD = """mutation Define($definition: MetafieldDefinitionInput!) {
  metafieldDefinitionCreate(definition: $definition) { createdDefinition { id type { name category } }
    userErrors { field message code } } }"""
SET = """mutation Set($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) {
  metafields { id type compareDigest } userErrors { field message code } } }"""
DOCUMENT = {
    "type": "ecm_document",
    "name": "ECM document",
    "displayNameKey": "title",
    "capabilities": {"publishable": {"enabled": True}},
    "fieldDefinitions": [
        {"key": "title", "type": "single_line_text_field", "required": True},
        {"key": "file", "type": "file_reference", "required": True},
        {"key": "expires_on", "type": "date"},
    ],
}
HANDLE = {"type": "ecm_document", "handle": "ecm-123"}


@pytest.fixture
def desk() -> ContentDesk:
    return ContentDesk()


@pytest.fixture
def sheet(desk: ContentDesk) -> str:
    """Return the id of a document of the shop, with the definition of documents made."""
    assert desk.codes(DEFINE, definition=DOCUMENT) == []
    return desk.shop.all_of(GenericFile)[0].id


def filled(**values: str) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def write(desk: ContentDesk, *, status: str | None = None, **values: str) -> Any:
    given: dict[str, Any] = {"fields": filled(**values)}
    if status:
        given["capabilities"] = {"publishable": {"status": status}}
    return desk.ask(UPSERT, handle=HANDLE, metaobject=given)


def test_a_document_is_written_published_withdrawn_and_deleted(desk: ContentDesk, sheet: str) -> None:
    made = write(desk, title="Spec", file=sheet)["metaobject"]
    assert (made["displayName"], made["handle"]) == ("Spec", "ecm-123")
    assert made["capabilities"] == {"publishable": {"status": "DRAFT"}}
    assert [each["reference"] for each in made["fields"]] == [None, {"__typename": "GenericFile"}, None]
    desk.clock.advance(60)
    live = write(desk, status="ACTIVE")["metaobject"]
    assert (live["id"], live["capabilities"]["publishable"]["status"]) == (made["id"], "ACTIVE")
    assert live["updatedAt"] > made["updatedAt"]
    assert write(desk, expires_on="2027-01-31")["metaobject"]["fields"][2]["value"] == "2027-01-31"
    assert write(desk, expires_on="", status="DRAFT")["metaobject"]["fields"][2]["value"] is None
    assert desk.ask(DELETE, id=made["id"])["deletedId"] == made["id"]
    assert desk.codes(DELETE, id=made["id"]) == ["RECORD_NOT_FOUND"]
    assert desk.heard == ["metaobjects/create", *["metaobjects/update"] * 3, "metaobjects/delete"]


def test_the_same_words_again_change_nothing(desk: ContentDesk, sheet: str) -> None:
    first = write(desk, title="Spec", file=sheet)["metaobject"]
    desk.clock.advance(60)
    again = write(desk, title="Spec", file=sheet)["metaobject"]
    assert again == first
    assert desk.heard == ["metaobjects/create"]


@pytest.mark.parametrize(
    ("values", "code", "key"),
    [
        ({"title": "Spec"}, "OBJECT_FIELD_REQUIRED", "file"),
        ({"title": "Spec", "colour": "red"}, "UNDEFINED_OBJECT_FIELD", "colour"),
        ({"title": "two\nlines"}, "INVALID_VALUE", "title"),
        ({"file": "gid://shopify/GenericFile/1"}, "INVALID_VALUE", "file"),
        ({"file": "gid://shopify/Product/1"}, "INVALID_VALUE", "file"),
        ({"expires_on": "31.1.2027"}, "INVALID_VALUE", "expires_on"),
    ],
)
@pytest.mark.usefixtures("sheet")
def test_a_document_must_fit_its_definition(
    desk: ContentDesk, values: dict[str, str], code: str, key: str
) -> None:
    answer = desk.ask(UPSERT, handle=HANDLE, metaobject={"fields": filled(**values)})
    [error] = answer["userErrors"]
    assert (answer["metaobject"], error["code"], error["elementKey"]) == (None, code, key)


def test_what_is_not_defined_cannot_be_written(desk: ContentDesk, sheet: str) -> None:
    unknown = {"type": "recipe", "handle": "cake"}
    assert desk.codes(UPSERT, handle=unknown, metaobject={"fields": []}) == ["UNDEFINED_OBJECT_TYPE"]
    twice = filled(title="a") + filled(title="b")
    assert desk.codes(UPSERT, handle=HANDLE, metaobject={"fields": twice}) == ["DUPLICATE_FIELD_INPUT"]
    plain = {"type": "plain", "fieldDefinitions": [{"key": "title", "type": "single_line_text_field"}]}
    assert desk.codes(DEFINE, definition=plain) == []
    live = {"capabilities": {"publishable": {"status": "ACTIVE"}}}
    handle = {"type": "plain", "handle": "a"}
    assert desk.codes(UPSERT, handle=handle, metaobject=live) == ["CAPABILITY_NOT_ENABLED"]
    made = desk.ask(UPSERT, handle=handle, metaobject={"fields": []})["metaobject"]
    assert made["capabilities"] == {"publishable": None}
    write(desk, title="Spec", file=sheet)
    other = {"type": "ecm_document", "handle": "other"}
    taken = {"handle": "ecm-123", "fields": filled(title="Spec", file=sheet)}
    assert desk.codes(UPSERT, handle=other, metaobject=taken) == ["TAKEN"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"type": "a"}, "TOO_SHORT"),
        ({"type": "no spaces"}, "INVALID"),
        ({"displayNameKey": "headline"}, "UNDEFINED_OBJECT_FIELD"),
        ({"fieldDefinitions": [{"key": "title", "type": "text"}]}, "INCLUSION"),
        ({"fieldDefinitions": [{"key": "title", "type": "date"}] * 2}, "OBJECT_FIELD_TAKEN"),
        ({"fieldDefinitions": [{"key": "part", "type": "metaobject_reference"}]}, "INVALID_OPTION"),
    ],
)
def test_definitions_that_make_no_sense_are_refused(
    desk: ContentDesk, given: dict[str, Any], code: str
) -> None:
    assert desk.codes(DEFINE, definition=DOCUMENT | given) == [code]


@pytest.mark.usefixtures("sheet")
def test_a_type_is_defined_once(desk: ContentDesk) -> None:
    assert desk.codes(DEFINE, definition=DOCUMENT) == ["TAKEN"]


def test_a_products_documents_are_listed_by_reference(desk: ContentDesk, sheet: str) -> None:
    made = desk.shop.get(Metaobject, write(desk, title="Spec", file=sheet)["metaobject"]["id"])
    assert made is not None
    definition = {
        "ownerType": "PRODUCT",
        "namespace": "ecm",
        "key": "spec_sheets",
        "name": "Spec sheets",
        "type": "list.metaobject_reference",
        "validations": [{"name": "metaobject_definition_id", "value": made.definition.id}],
    }
    answer = desk.ask(DEFINE_FIELD, definition=definition)["createdDefinition"]
    assert answer["type"] == {"name": "list.metaobject_reference", "category": "REFERENCE"}
    field = {"ownerId": desk.product.id, "namespace": "ecm", "key": "spec_sheets", "value": f'["{made.id}"]'}
    [written] = desk.ask(SET, metafields=[field])["metafields"]
    assert written["type"] == "list.metaobject_reference"
    asked = """query Fields($id: ID!) { product(id: $id) { metafields(first: 5, namespace: "ecm") { nodes {
      compareDigest reference { __typename }
      references(first: 5) { nodes { ... on Metaobject { handle } } } } } } }"""
    [found] = desk.ask(asked, id=desk.product.id)["metafields"]["nodes"]
    assert found["references"]["nodes"] == [{"handle": "ecm-123"}]
    assert (found["reference"], found["compareDigest"]) == (None, written["compareDigest"])
    desk.shop.delete_metaobject(made)
    [found] = desk.ask(asked, id=desk.product.id)["metafields"]["nodes"]
    assert found["references"]["nodes"] == []


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"value": "gid://shopify/GenericFile/1"}, "INVALID_VALUE"),
        ({"type": "url", "value": "https://x.example"}, "INVALID_TYPE"),
        ({"key": "unknown", "value": "x"}, "BLANK"),
        ({"key": "unknown", "type": "picture", "value": "x"}, "INVALID_TYPE"),
        ({"key": "unknown", "type": "json", "value": "{"}, "INVALID_VALUE"),
        ({"key": "k", "type": "json", "value": "{}"}, "TOO_SHORT"),
        ({"value": "  ", "key": "material", "compareDigest": "old"}, "STALE_OBJECT"),
    ],
)
def test_a_metafield_must_fit_its_definition_and_all_or_none_are_written(
    desk: ContentDesk, given: dict[str, str], code: str
) -> None:
    field = {"ownerId": desk.product.id, "namespace": "specs", "key": "data_sheet"}
    good = {"ownerId": desk.product.id, "namespace": "specs", "key": "material", "value": "Ash"}
    before = desk.product.metafield_named("specs", "material")
    assert before is not None
    known = before.value
    answer = desk.ask(SET, metafields=[good, field | given])
    assert [error["code"] for error in answer["userErrors"]] == [code]
    assert before.value == known


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"key": "material"}, "TAKEN"),
        ({"type": "text"}, "INCLUSION"),
        ({"name": ""}, "BLANK"),
        ({"namespace": "ec"}, "TOO_SHORT"),
        ({"key": "x" * 65}, "TOO_LONG"),
        ({"key": "a b"}, "INVALID_CHARACTER"),
        ({"validations": [{"name": "shape", "value": "round"}]}, "INVALID_OPTION"),
        ({"validations": [{"name": "regex", "value": "("}]}, "INVALID_OPTION"),
    ],
)
def test_metafield_definitions_that_make_no_sense_are_refused(
    desk: ContentDesk, given: dict[str, Any], code: str
) -> None:
    good = {
        "ownerType": "PRODUCT",
        "namespace": "specs",
        "key": "colour",
        "name": "Colour",
        "type": "single_line_text_field",
    }
    assert desk.codes(DEFINE_FIELD, definition=good | given) == [code]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("boolean", "true", "yes"),
        ("color", "#2f6f62", "green"),
        ("date", "2026-11-23", "23.11.2026"),
        ("date_time", "2026-11-23T08:00:00", "eight"),
        ("dimension", '{"value": 3, "unit": "cm"}', "3 cm"),
        ("json", "[1]", "[1"),
        ("list.number_integer", "[1, 2]", "1, 2"),
        ("list.url", '["https://a.example"]', '["ftp://a"]'),
        ("money", '{"amount": "1.00", "currency_code": "EUR"}', '"1.00"'),
        ("multi_line_text_field", "a\nb", None),
        ("number_decimal", "1.5", "1,5"),
        ("number_integer", "-7", "7.5"),
        ("single_line_text_field", "a", "a\nb"),
        ("url", "https://a.example", "javascript:alert(1)"),
    ],
)
def test_values_are_of_their_type(desk: ContentDesk, kind: str, good: str, bad: str | None) -> None:
    assert is_type(kind)
    assert trouble_with(desk.shop, kind, good) is None
    if bad is not None:
        assert trouble_with(desk.shop, kind, bad) is not None
