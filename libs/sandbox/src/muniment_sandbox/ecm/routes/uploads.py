"""Large files, part by part."""

from __future__ import annotations

from muniment_sandbox.ecm.answers import bare
from muniment_sandbox.ecm.calls import Answer, Call
from muniment_sandbox.ecm.routing import Routes
from muniment_sandbox.ecm.state.refusals import missing_argument
from muniment_sandbox.ecm.state.upload import MAX_UPLOAD_BYTES

routes = Routes()


@routes.on("GET", "/v2/multipart/settings")
def settings(call: Call) -> Answer:
    return bare({
        "is_enabled": True,
        "max_size": MAX_UPLOAD_BYTES,
        "min_size": call.state.uploads.part_size_bytes,
    })  # fmt: skip


@routes.on("POST", "/v2/multipart")
def begin(call: Call) -> Answer:
    form = call.form
    mime_type = form.text("mime_type") or "application/octet-stream"
    key, upload = call.state.uploads.begin(
        form.required_text("file_name"), mime_type, form.required_integer("file_size")
    )
    return bare({
        "max_retries": 3,
        "num_parts": upload.part_count,
        "part_size": upload.part_size_bytes,
        "upload_key": key,
    })  # fmt: skip


@routes.on("POST", "/v2/multipart/{key}/{number}")
def add_part(call: Call) -> Answer:
    part = call.form.upload("part_content")
    content = part.content if part is not None else call.form.text("part_content").encode()
    if not content:
        raise missing_argument("part_content")
    call.state.uploads.add_part(call.params["key"], call.number("number"), content)
    return bare({"upload_key": call.params["key"], "part_number": call.number("number")})


@routes.on("POST", "/v2/multipart/{key}")
def complete(call: Call) -> Answer:
    call.state.uploads.complete(call.params["key"])
    return bare({"upload_key": call.params["key"]})


@routes.on("DELETE", "/v2/multipart/{key}")
def abort(call: Call) -> Answer:
    call.state.uploads.abort(call.params["key"])
    return bare({"upload_key": call.params["key"]})
