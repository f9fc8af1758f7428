"""Classifications of nodes."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import bare
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import JsonObject
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.audit import Event
from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.refusals import Kind, Refused
from muniment_sandbox.ecm.state.rights import MASKS

routes = Routes()
_CLASSIFICATIONS = (Subtype.CLASSIFICATION, Subtype.RM_CLASSIFICATION)


@routes.on("GET", "/v1/nodes/{id}/classifications")
def list_classifications(call: Call) -> Answer:
    return _answer(call, call.node())


@routes.on("POST", "/v1/nodes/{id}/classifications")
def set_classifications(call: Call) -> Answer:
    """Replace the whole set; an empty list clears it."""
    node = call.node(needs="edit_attributes")
    ids = list(dict.fromkeys(call.form.integers("class_id")))
    for class_id in ids:
        found = call.state.tree.find(class_id)
        if found is None or found.type not in _CLASSIFICATIONS:
            raise Refused(Kind.INVALID, f"The item {class_id} is not a classification.")
    targets = [node]
    if call.form.flag("apply_to_sub_items"):
        mask = MASKS["edit_attributes"]
        below = call.state.tree.descendants(node)
        targets = [one for one in below if call.state.access.allows(one, call.member, mask)]
    for target in targets:
        target.classifications = list(ids)
        call.state.tree.touch(target, call.member.id)
        call.state.audit.note(target, Event.CLASSIFIED, call.member.id)
    return _answer(call, node)


@routes.on("DELETE", "/v1/nodes/{id}/classifications/{class_id}")
def remove_classification(call: Call) -> Answer:
    node = call.node(needs="edit_attributes")
    class_id = call.number("class_id")
    if class_id not in node.classifications:
        raise Refused(Kind.INVALID, f"The item does not have the classification {class_id}.")
    node.classifications.remove(class_id)
    call.state.tree.touch(node, call.member.id)
    call.state.audit.note(node, Event.UNCLASSIFIED, call.member.id)
    return _answer(call, node)


def _answer(call: Call, node: Node) -> Answer:
    found = [call.state.tree.find(class_id) for class_id in node.classifications]
    return bare({
        "bCanApplyClass": True,
        "data": [_shown(one) for one in found if one is not None],
        "definitions": {},
    })  # fmt: skip


def _shown(classification: Node) -> JsonObject:
    return {
        "id": classification.id,
        "inherit_flag": False,
        "management_type": "Manual",
        "name": classification.name,
        "score": None,
        "selectable": True,
        "type": classification.type,
    }
