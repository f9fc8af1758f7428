"""Documents: versions and their content."""

from __future__ import annotations

from urllib.parse import quote

from muniment_sandbox.ecm.answers import bare, nothing, results
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.requests import external_of, file_of, role_categories
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.audit import Event
from muniment_sandbox.ecm.state.nodes import NO_ORIGIN, Node, Version
from muniment_sandbox.ecm.state.refusals import missing_argument
from muniment_sandbox.ecm.state.whole_numbers import whole_number_or_none
from muniment_sandbox.ecm.views.nodes import properties, version_properties

routes = Routes()


@routes.on("GET", "/v2/nodes/{id}/versions")
def list_versions(call: Call) -> Answer:
    node = call.document()
    return results(call, [{"data": {"versions": version_properties(node, one)}} for one in node.versions])


@routes.on("GET", "/v1/nodes/{id}/versions")
def list_versions_v1(call: Call) -> Answer:
    node = call.document()
    return bare({"data": [version_properties(node, one) for one in node.versions]})


@routes.on("POST", "/v2/nodes/{id}/versions", "/v1/nodes/{id}/versions")
def add_version(call: Call) -> Answer:
    """Add a version to a document, with new category values if it brings some."""
    node = call.document()
    upload = file_of(call)
    if upload is None:
        raise missing_argument("File")
    categories = call.state.categories.merged(node, role_categories(call.form))
    version = call.state.documents.add_version(
        node,
        upload,
        call.member.id,
        description=call.form.text("description"),
        external=external_of(call.form, NO_ORIGIN),
        major=call.form.flag("add_major_version"),
    )
    node.categories = categories
    call.state.tree.touch(node, call.member.id)
    call.state.audit.note(node, Event.VERSION_ADDED, call.member.id, str(version.number))
    if call.version == 1:
        return bare({"data": version_properties(node, version)})
    shown = {"properties": properties(call.state, node), "versions": version_properties(node, version)}
    return results(call, {"data": shown})


@routes.on("GET", "/v1/nodes/{id}/versions/latest")
def latest_version(call: Call) -> Answer:
    node = call.document()
    return bare({"data": version_properties(node, call.state.documents.latest(node))})


@routes.on("GET", "/v2/nodes/{id}/versions/{number}")
def get_version(call: Call) -> Answer:
    node = call.document()
    return results(call, {"data": {"versions": version_properties(node, _version(call, node))}})


@routes.on("GET", "/v1/nodes/{id}/versions/{number}")
def get_version_v1(call: Call) -> Answer:
    node = call.document()
    return bare({"data": version_properties(node, _version(call, node))})


@routes.on("PUT", "/v2/nodes/{id}/versions/{number}", "/v1/nodes/{id}/versions/{number}")
def describe_version(call: Call) -> Answer:
    node = call.document()
    version = _version(call, node)
    version.description = call.form.text("description", version.description)
    call.state.tree.touch(node, call.member.id)
    if call.version == 1:
        return bare({"data": version_properties(node, version)})
    return results(call, {"data": {"versions": version_properties(node, version)}})


@routes.on("DELETE", "/v2/nodes/{id}/versions/{number}", "/v1/nodes/{id}/versions/{number}")
def delete_version(call: Call) -> Answer:
    node, number = call.document(needs="delete_versions"), call.number("number")
    call.state.documents.delete_version(node, number, call.member.id)
    call.state.audit.note(node, Event.VERSION_DELETED, call.member.id, str(number))
    return nothing(call)


@routes.on("DELETE", "/v2/nodes/{id}/versions")
def purge_versions(call: Call) -> Answer:
    """Keep the newest ``number_to_keep`` versions, 1 when not said."""
    keep = call.form.integer("number_to_keep")
    node = call.document(needs="delete_versions")
    call.state.documents.purge(node, 1 if keep is None else keep, call.member.id)
    call.state.audit.note(node, Event.VERSIONS_PURGED, call.member.id)
    return nothing(call)


@routes.on("POST", "/v2/nodes/{id}/versions/{number}/lock")
def lock_version(call: Call) -> Answer:
    node = call.document()
    version = call.state.documents.lock(node, call.number("number"), call.member.id)
    call.state.audit.note(node, Event.VERSION_LOCKED, call.member.id, str(version.number))
    return results(call, {"data": {"versions": version_properties(node, version)}})


@routes.on("POST", "/v2/nodes/{id}/versions/{number}/unlock")
def unlock_version(call: Call) -> Answer:
    node = call.document()
    version = call.state.documents.lock(node, call.number("number"), None)
    call.state.audit.note(node, Event.VERSION_UNLOCKED, call.member.id, str(version.number))
    return results(call, {"data": {"versions": version_properties(node, version)}})


@routes.on("POST", "/v2/nodes/{id}/versions/{number}/promote")
def promote_version(call: Call) -> Answer:
    node = call.document(needs="add_major_version")
    version = call.state.documents.promote(node, call.number("number"), call.member.id)
    call.state.audit.note(node, Event.VERSION_PROMOTED, call.member.id, str(version.number))
    return results(call, {"data": {"versions": version_properties(node, version)}})


@routes.on(
    "GET",
    "/v1/nodes/{id}/content",
    "/v2/nodes/{id}/content",
    "/v1/nodes/{id}/content/{filename}",
    "/v2/nodes/{id}/content/{filename}",
)
def latest_content(call: Call) -> Answer:
    node = call.document(needs="see_contents")
    return _content(call, node, call.state.documents.latest(node))


@routes.on(
    "GET",
    "/v1/nodes/{id}/versions/{number}/content",
    "/v2/nodes/{id}/versions/{number}/content",
    "/v1/nodes/{id}/versions/{number}/content/{filename}",
    "/v2/nodes/{id}/versions/{number}/content/{filename}",
)
def version_content(call: Call) -> Answer:
    node = call.document(needs="see_contents")
    return _content(call, node, _version(call, node))


def _version(call: Call, node: Node) -> Version:
    return call.state.documents.version(node, call.number("number"))


def _content(call: Call, node: Node, version: Version) -> Answer:
    """The bytes of a version, or the range of them that was asked for (RFC 9110, one range)."""
    disposition = "inline" if call.form.text("action") == "open" else "attachment"
    content = call.state.documents.content(version)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Disposition": _disposition(disposition, version.file_name),
    }
    if call.method == "GET":
        call.state.audit.note(node, Event.FETCHED, call.member.id, str(version.number))
    span = _range(call.headers.get("range", ""), len(content))
    if span is None:
        return Answer(content, content_type=version.mime_type, headers=headers)
    start, stop = span
    if start >= len(content):
        headers["Content-Range"] = f"bytes */{len(content)}"
        return Answer(b"", 416, version.mime_type, headers)
    headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(content)}"
    return Answer(content[start:stop], 206, version.mime_type, headers)


def _disposition(kind: str, file_name: str) -> str:
    plain = "".join(letter if " " <= letter < "\x7f" and letter not in '"\\' else "_" for letter in file_name)
    if plain == file_name:
        return f'{kind}; filename="{plain}"'
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(file_name, safe='')}"


def _range(header: str, size: int) -> tuple[int, int] | None:
    unit, _, span = header.partition("=")
    first, dash, last = span.strip().partition("-")
    if unit.strip().lower() != "bytes" or not dash or "," in span:
        return None
    begin, end = whole_number_or_none(first), whole_number_or_none(last)
    if not first:
        return (max(size - end, 0), size) if end else None
    if begin is None or (last and end is None):
        return None
    stop = size if end is None else min(end + 1, size)
    return (begin, stop) if begin < stop or begin >= size else None
