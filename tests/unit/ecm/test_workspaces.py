"""A business object has one workspace."""

from __future__ import annotations

import pytest

from muniment_ecm import RefusedByServer, SetUpMissing
from muniment_ecm.creation import Created, Origin
from muniment_ecm.names import alternative
from muniment_ecm.workspace_types import WorkspaceTemplate, WorkspaceTypes, template_of
from muniment_ecm.workspaces import BusinessObject, WorkspaceDraft, Workspaces
from muniment_kit.http import OutcomeUnknown
from tests.unit.ecm.scripted_transport import ScriptedTransport, answer, logged_in, node, refused

ORDER = BusinessObject("SHOPIFY", "order", "north.5001")
DRAFT = WorkspaceDraft(
    business_object=ORDER,
    name="Order #1001",
    template=WorkspaceTemplate(type_id=4, template_id=40),
    category_values={5: {"5_2": "north"}},
)
LOOK = "GET /v2/externalsystems/SHOPIFY/botypes/order/boids/north.5001"
CREATE = "POST /v2/businessworkspaces"
NONE = refused("The business object has no workspace.", 404)
MADE = answer({"results": {"id": 77, "direct_open": True, "sub_folder_id": 0}})
TAKEN = refused("An item with the name 'Order #1001' already exists.")
LINKED = answer({"results": [node(78, "Order #1001", type=848), node(77, "Order #1001", type=848)]})


async def find_or_create(transport: ScriptedTransport) -> Created[int]:
    created = await Workspaces(logged_in(transport)).find_or_create(DRAFT)
    assert transport.is_finished
    return created


async def test_a_workspace_that_is_there_is_used_the_oldest_if_there_are_several() -> None:
    assert await find_or_create(ScriptedTransport((LOOK, LINKED))) == Created(77, Origin.FOUND)


async def test_a_workspace_is_created_with_its_business_object_and_nested_values() -> None:
    transport = ScriptedTransport((LOOK, NONE), (CREATE, MADE))
    assert await find_or_create(transport) == Created(77, Origin.MADE)
    assert transport.calls[1].body == {
        "template_id": 40,
        "wksp_type_id": 4,
        "type": 848,
        "name": "Order #1001",
        "ext_system_id": "SHOPIFY",
        "bo_type": "order",
        "bo_id": "north.5001",
        "roles": {"categories": {"5": {"5_2": "north"}}},
    }
    assert not transport.calls[1].repeatable


async def test_a_create_whose_answer_was_lost_is_looked_up() -> None:
    transport = ScriptedTransport((LOOK, NONE), (CREATE, OutcomeUnknown("lost")), (LOOK, LINKED))
    assert await find_or_create(transport) == Created(77, Origin.PERHAPS_MADE)


async def test_a_concurrent_creator_wins() -> None:
    transport = ScriptedTransport((LOOK, NONE), (CREATE, TAKEN), (LOOK, LINKED))
    assert await find_or_create(transport) == Created(77, Origin.FOUND)


async def test_a_server_that_refuses_a_second_workspace_in_its_own_words_is_understood() -> None:
    transport = ScriptedTransport((LOOK, NONE), (CREATE, refused("in use", 400)), (LOOK, LINKED))
    assert await find_or_create(transport) == Created(77, Origin.FOUND)


async def test_a_refusal_for_another_reason_is_raised() -> None:
    transport = ScriptedTransport((LOOK, NONE), (CREATE, refused("no", 400)), (LOOK, NONE))
    with pytest.raises(RefusedByServer):
        await find_or_create(transport)


async def test_a_name_that_belongs_to_another_workspace_gives_the_order_another_name() -> None:
    transport = ScriptedTransport((LOOK, NONE), (CREATE, TAKEN), (LOOK, NONE), (CREATE, MADE))
    assert await find_or_create(transport) == Created(77, Origin.MADE)
    assert transport.calls[3].body["name"] == alternative("Order #1001", "north.5001")


async def test_a_half_done_create_never_leads_to_a_second_workspace() -> None:
    transport = ScriptedTransport(
        (LOOK, NONE), (CREATE, OutcomeUnknown("lost")), (LOOK, NONE), (CREATE, TAKEN), (LOOK, NONE)
    )
    with pytest.raises(OutcomeUnknown):
        await find_or_create(transport)


async def test_a_business_object_id_cannot_leave_its_place_in_the_path() -> None:
    transport = ScriptedTransport(
        ("GET /v2/externalsystems/SHOPIFY/botypes/order/boids/a%2F..%2Fb%3Fc", NONE)
    )
    assert (
        await Workspaces(logged_in(transport)).by_business_object(
            BusinessObject("SHOPIFY", "order", "a/../b?c")
        )
        is None
    )


async def test_types_and_templates_are_found_by_name() -> None:
    told = answer(
        {
            "results": [
                {"data": {"properties": {"wksp_type_id": 3, "wksp_type_name": "Case", "templates": []}}},
                {
                    "data": {
                        "properties": {
                            "wksp_type_id": 4,
                            "wksp_type_name": "Order",
                            "templates": [{"id": 40, "name": "Order", "subtype": 848}],
                        }
                    }
                },
            ]
        }
    )
    types = await WorkspaceTypes(logged_in(ScriptedTransport(("GET /v2/businessworkspacetypes", told)))).all()
    assert template_of(types, "Order", "Order") == WorkspaceTemplate(4, 40)
    with pytest.raises(SetUpMissing, match='no template "Case"'):
        template_of(types, "Case", "Case")
    with pytest.raises(SetUpMissing, match='no workspace type "Customer"'):
        template_of(types, "Customer", "Customer")
