"""Records: RM classifications of nodes, record details, RSIs of records, finalising."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import bare
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.jsontype import JsonObject
from muniment_sandbox.ecm.routes.record_details import checked_rsi, record_changes, today
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.audit import Event
from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.records import Record
from muniment_sandbox.ecm.state.refusals import Kind, Refused, missing_argument
from muniment_sandbox.ecm.views.records import outcome, record_fields, rsi_details

routes = Routes()
_RIGHT = "edit_attributes"


@routes.on("GET", "/v1/nodes/{id}/rmclassifications")
def get_record(call: Call) -> Answer:
    """The record side of a node, with the token for its next change; no ``data`` when it has none."""
    return bare(_shown(call, call.node()))


@routes.on("POST", "/v1/nodes/{id}/rmclassifications")
def classify(call: Call) -> Answer:
    """Give the node an RM classification; the token is needed to give it another one."""
    node = call.node(needs=_RIGHT)
    class_id = call.form.required_integer("class_id")
    token = call.form.text("rm_metadataToken")
    if token or call.state.records.find(node.id) is not None:
        call.state.records.check_token(node, token)
    call.state.records.record_class(class_id)
    changes = record_changes(call)
    rsi = call.form.text("rsi")
    rsis = [checked_rsi(call, rsi)] if rsi else None
    targets = _with_below(call, node, "apply_to_sub_items")
    for target in targets:
        call.state.preservation.check_changeable(target)
    for target in targets:
        record = call.state.records.classify(target, class_id, changes, today(call))
        if rsis is not None:
            record.rsis = list(rsis)
            call.state.records.changed(record)
        call.state.audit.note(target, Event.RECORD_CLASSIFIED, call.member.id, str(class_id))
    return bare(_shown(call, node))


@routes.on("PUT", "/v1/nodes/{id}/rmclassifications")
def change_record(call: Call) -> Answer:
    """Change details of a record; always with the token."""
    node = call.node(needs=_RIGHT)
    record = call.state.records.get(node)
    call.state.records.check_token(node, call.form.text("rm_metadataToken"))
    changes = record_changes(call)
    if "rsi" in call.form:
        rsi = call.form.text("rsi")
        record.rsis = [checked_rsi(call, rsi)] if rsi else []
    call.state.records.change(record, changes)
    call.state.audit.note(node, Event.RECORD_CHANGED, call.member.id)
    return bare(_shown(call, node))


@routes.on("DELETE", "/v1/nodes/{id}/rmclassifications/{class_id}")
def unclassify(call: Call) -> Answer:
    """Take the RM classification away; what is final or held keeps it."""
    node = call.node(needs=_RIGHT)
    class_id = call.number("class_id")
    call.state.records.get(node)
    call.state.records.check_token(node, call.form.text("rm_metadataToken"))
    call.state.preservation.check_changeable(node)
    if call.state.holds.binds(node):
        raise Refused(Kind.INVALID, f"The item '{node.name}' is under a Hold.")
    call.state.records.unclassify(node, class_id)
    call.state.audit.note(node, Event.RECORD_UNCLASSIFIED, call.member.id, str(class_id))
    return bare(_shown(call, node))


@routes.on("PUT", "/v1/nodes/{id}/rmclassifications/makeConfidential")
def make_confidential(call: Call) -> Answer:
    return _set_confidential(call, is_confidential=True)


@routes.on("PUT", "/v1/nodes/{id}/rmclassifications/removeConfidential")
def remove_confidential(call: Call) -> Answer:
    return _set_confidential(call, is_confidential=False)


@routes.on("GET", "/v1/nodes/{id}/rsis")
def list_rsis(call: Call) -> Answer:
    record = call.state.records.find(call.node().id)
    found = [] if record is None else [(record.class_id, rsi) for rsi in record.rsis]
    return bare({"data": [{"class_id": one, "rsi": rsi} for one, rsi in found], "definitions": {}})


@routes.on("POST", "/v1/nodes/{id}/rmclassifications/{class_id}/rsis")
def add_rsi(call: Call) -> Answer:
    record = _record_of_class(call)
    rsi = checked_rsi(call, call.form.required_text("rsi"))
    if rsi not in record.rsis:
        record.rsis.append(rsi)
        call.state.records.changed(record)
    return list_rsis(call)


@routes.on("DELETE", "/v1/nodes/{id}/rmclassifications/{class_id}/rsis")
def remove_rsi(call: Call) -> Answer:
    """Take one RSI away, or all when none is named."""
    record = _record_of_class(call)
    rsi = call.form.text("rsi")
    record.rsis = [one for one in record.rsis if rsi and one != rsi]
    call.state.records.changed(record)
    return list_rsis(call)


@routes.on("GET", "/v1/nodes/{id}/rsi/{rsi}/GetRSIDetails")
def get_rsi_details(call: Call) -> Answer:
    """The schedules of an RSI with the dates they come to for this node."""
    node = call.node()
    rsi = call.state.retention.named(call.params["rsi"])
    if rsi is None:
        raise Refused(Kind.INVALID, "Incorrect RSI specified.")
    return bare({"data": rsi_details(call.state, node, rsi)})


@routes.on("POST", "/v1/rmclassifications/RMMetadata")
def change_many(call: Call) -> Answer:
    """Change details of several records at once; all of them or none."""
    records = [call.state.records.get(node) for node in _items(call)]
    changes = record_changes(call)
    rsi = call.form.text("rsi")
    rsis = [checked_rsi(call, rsi)] if rsi else [] if call.form.flag("rsiRemove") else None
    for record in records:
        if rsis is not None:
            record.rsis = list(rsis)
        call.state.records.change(record, changes)
        call.state.audit.note(call.state.tree.get(record.node_id), Event.RECORD_CHANGED, call.member.id)
    return outcome()


@routes.on("PUT", "/v1/rmclassifications/finalizerecords")
def finalize(call: Call) -> Answer:
    """Declare records final: from now on no version, no attribute, no other name."""
    nodes = _items(call)
    records = [call.state.records.get(node) for node in nodes]
    for node, record in zip(nodes, records, strict=True):
        if not record.is_final:
            record.is_final = True
            call.state.records.change(record, {"official": True})
            call.state.audit.note(node, Event.RECORD_FINALIZED, call.member.id)
    return outcome()


@routes.on("POST", "/v1/rmclassifications/batchAddClassification")
def classify_many(call: Call) -> Answer:
    """Classify items that are no records yet."""
    class_id = call.form.required_integer("classID")
    call.state.records.record_class(class_id)
    nodes = [node for node in _items(call) if call.state.records.find(node.id) is None]
    for node in nodes:
        call.state.records.classify(node, class_id, {}, today(call))
        call.state.audit.note(node, Event.RECORD_CLASSIFIED, call.member.id, str(class_id))
    return outcome()


@routes.on("GET", "/v1/rmclassifications/managedrecords")
def count_records(call: Call) -> Answer:
    return bare({"managedRecordsCnt": call.state.records.count()})


def _shown(call: Call, node: Node) -> JsonObject:
    records = call.state.records
    record = records.find(node.id)
    volume = call.state.tree.volume(Subtype.CLASSIFICATION_VOLUME)
    is_open = record is None or not record.is_final
    fields = [] if record is None else [record_fields(call.state, record)]
    return {
        "canBeUnclassified": record is not None and is_open,
        "canFinalize": record is not None and is_open,
        "canRMClassify": is_open,
        "canRemoveClass": record is not None and is_open,
        "classVolumeID": volume.id if volume is not None else 0,
        "data": fields,
        "definitions": {},
        "fields_order": list(fields[0]) if fields else [],
        "fields_to_show": {},
        "haveFAtoClassify": True,
        "inherit_from": record is not None and record.is_inherited,
        "inheritanceMetadataUpdate": {},
        "multiClass": False,
        "rm_metadataToken": records.token(node.id),
        "showTab": True,
        "vitalRecordCodes": [one.code for one in call.state.retention.codes("essential") if one.is_vital],
    }


def _set_confidential(call: Call, *, is_confidential: bool) -> Answer:
    node = call.node(needs=_RIGHT)
    if call.state.records.find(node.id) is None:
        raise Refused(Kind.NOT_FOUND, "Accessibility error. Not enough permissions.")
    for target in _with_below(call, node, "sub_items"):
        record = call.state.records.find(target.id)
        if record is not None:
            record.is_confidential = is_confidential
            call.state.records.changed(record)
            call.state.audit.note(target, Event.RECORD_CHANGED, call.member.id)
    return bare(_shown(call, node))


def _record_of_class(call: Call) -> Record:
    node = call.node(needs="see" if call.method == "GET" else _RIGHT)
    record = call.state.records.get(node)
    if record.class_id != call.number("class_id"):
        raise Refused(Kind.INVALID, "The item does not have this RM Classification.")
    return record


def _with_below(call: Call, node: Node, flag: str) -> list[Node]:
    """The node; with everything below it that the caller sees when the request says so."""
    if not call.form.flag(flag):
        return [node]
    return [one for one in call.state.tree.descendants(node) if call.sees(one)]


def _items(call: Call) -> list[Node]:
    """The nodes a bulk request names; RM answers 404 when there is none."""
    ids = call.form.integers("ids")
    if not ids:
        raise Refused(Kind.NOT_FOUND, missing_argument("ids").text)
    return [call.reachable(one, _RIGHT) for one in dict.fromkeys(ids)]
