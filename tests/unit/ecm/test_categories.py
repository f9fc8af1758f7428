"""Categories are found by name; what is missing is said exactly."""

from __future__ import annotations

import pytest

from muniment_ecm import AnswerNotUnderstood, ContentServer, EditConflict, SetUpMissing
from muniment_ecm.attributes import AttributeType
from muniment_ecm.categories import Category
from muniment_kit.http import Answer
from tests.unit.ecm.scripted_transport import (
    ScriptedTransport,
    answer,
    html,
    logged_in,
    node,
    page,
    refused,
)

VOLUME = ("GET /v2/volumes/133", answer({"results": node(2006, "Categories", type=141)}))
FORM = ("GET /v1/forms/nodes/properties/specific", answer(
    {
        "forms": [
            {
                "schema": {
                    "properties": {
                        "5_1": {"title": "token"},
                        "5_2": {"title": "Kind", "type": "string", "maxLength": 32},
                        "5_3": {"title": "Business date", "type": "string", "format": "date"},
                        "5_4": {"title": "Updated at", "type": "string", "format": "datetime"},
                        "5_5": {"title": "Tags", "type": "array", "items": {"type": "string"}},
                        "5_6": {"title": "Reviewer", "type": "integer"},
                        "9_9": {"title": "of another"},
                        "5_7": {"type": "string"},
                    }
                },
                "options": {"fields": {"5_6": {"type": "otcs_user_picker"}, "5_7": {"label": "Labelled"}}},
            }
        ]
    }
))  # fmt: skip


def server(*script: tuple[str, object]) -> tuple[ContentServer, ScriptedTransport]:
    transport = ScriptedTransport(*script)  # type: ignore[arg-type]  # the scripts above are steps
    return ContentServer(logged_in(transport)), transport


async def test_a_category_in_a_folder_is_found_with_the_types_of_its_attributes() -> None:
    ecm, _ = server(
        VOLUME,
        ("GET /v2/nodes/2006/nodes", page(node(20, "Shop", type=132))),
        ("GET /v2/nodes/20/nodes", page(node(5, "Shopify Document", type=131))),
        FORM,
    )
    found = (await ecm.categories.require({"Shopify Document": ["Kind", "Updated at"]}))["Shopify Document"]
    kinds = {name: attribute.type for name, attribute in found.attributes.items()}
    assert kinds == {
        "Kind": AttributeType.TEXT,
        "Business date": AttributeType.DATE,
        "Updated at": AttributeType.DATE_TIME,
        "Tags": AttributeType.TEXT,
        "Reviewer": AttributeType.OTHER,
        "Labelled": AttributeType.TEXT,
    }
    assert found.attributes["Kind"].max_length == 32
    assert found.attributes["Tags"].is_multi_value


async def test_all_that_is_missing_is_named_at_once() -> None:
    ecm, _ = server(VOLUME, ("GET /v2/nodes/2006/nodes", page(node(5, "Shopify Document", type=131))), FORM)
    with pytest.raises(SetUpMissing) as missing:
        await ecm.categories.require({"Shopify Document": ["Kind", "Number"], "Shopify Order": ["Total"]})
    assert len(missing.value.missing) == 2
    assert "Shopify Order" in missing.value.missing[0]
    assert '"Number"' in missing.value.missing[1]


async def category() -> Category:
    ecm, _ = server(FORM)
    return await ecm.categories.definition(5, "Shopify Document")


async def test_values_are_written_by_name() -> None:
    found = await category()
    assert found.written({"Kind": "invoice", "Business date": "2026-06-01"}) == {
        "5_2": "invoice",
        "5_3": "2026-06-01",
    }
    with pytest.raises(SetUpMissing, match="Colour"):
        found.written({"Colour": "red"})


async def test_values_of_another_category_are_none() -> None:
    found = await category()
    assert found.by_name({"9_9": "x"}) is None
    assert (found.by_name({"5_2": "invoice"}) or {})["Kind"] == "invoice"


async def test_a_category_that_is_not_there_yet_is_applied() -> None:
    found = await category()
    ecm, transport = server(
        ("PUT /v2/nodes/7/categories/5", refused("Category ID '5' is not a category on node '7'", 400)),
        ("POST /v2/nodes/7/categories", refused("The attribute group 'x' already exists", 400)),
        ("PUT /v2/nodes/7/categories/5", answer({"results": {}})),
    )
    await ecm.categories.write(7, found, {"Kind": "invoice"})
    assert transport.is_finished
    assert transport.calls[1].body == {"category_id": 5, "5_2": "invoice"}


async def test_the_state_of_a_category_comes_with_its_token() -> None:
    found = await category()
    told = {
        "results": {
            "data": {"categories": [{"5_2": "invoice", "5_3": None}]},
            "state": {"categories": {"5_1": {"metadata_token": "t1"}}},
        }
    }
    ecm, _ = server(("GET /v2/nodes/7", answer(told)))
    state = await ecm.categories.state(7, found)
    assert state.token == "t1"
    assert state.values is not None
    assert state.values["Kind"] == "invoice"


def held(kind: str, token: str) -> Answer:
    """Return a node's category state."""
    told = {
        "data": {"categories": [{"5_2": kind, "5_3": None}]},
        "state": {"categories": {"5_1": {"metadata_token": token}}},
    }
    return answer({"results": told})


CONFLICT = refused("Could not update metadata (edit conflict).", 409)


async def test_a_conflict_is_answered_by_reading_again_and_writing_with_the_new_token() -> None:
    found = await category()
    ecm, transport = server(
        ("GET /v2/nodes/7", held("a", "t1")),
        ("PUT /v2/nodes/7/categories/5", CONFLICT),
        ("GET /v2/nodes/7", held("b", "t2")),
        ("PUT /v2/nodes/7/categories/5", answer({"results": {}})),
    )
    assert await ecm.categories.bring_to(7, found, {"Kind": "invoice"})
    assert transport.calls[3].body == {"5_2": "invoice", "5_1": {"metadata_token": "t2"}}


async def test_a_conflict_that_comes_twice_is_raised() -> None:
    found = await category()
    ecm, transport = server(
        ("GET /v2/nodes/7", held("a", "t1")),
        ("PUT /v2/nodes/7/categories/5", CONFLICT),
        ("GET /v2/nodes/7", held("b", "t2")),
        ("PUT /v2/nodes/7/categories/5", CONFLICT),
    )
    with pytest.raises(EditConflict):
        await ecm.categories.bring_to(7, found, {"Kind": "invoice"})
    assert transport.is_finished


async def test_what_is_there_already_is_not_written() -> None:
    found = await category()
    ecm, transport = server(("GET /v2/nodes/7", held("invoice", "t1")))
    assert not await ecm.categories.bring_to(7, found, {"Kind": "invoice"})
    assert transport.is_finished


async def test_a_page_of_a_gateway_with_status_200_confirms_nothing() -> None:
    found = await category()
    ecm, _ = server(("PUT /v2/nodes/7/categories/5", html(200)))
    with pytest.raises(AnswerNotUnderstood):
        await ecm.categories.update(7, found, {"Kind": "invoice"})
