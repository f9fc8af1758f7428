"""The target of staged uploads: a form with its fields first and the file last, or a PUT to a signed address.

Source: https://cloud.google.com/storage/docs/xml-api/post-object-forms, whose rules Shopify's targets follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from aiohttp import web

from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state.staging import UPLOAD_FOLDER, StagedUpload, UploadRefused
from muniment_sandbox.shopify.upload_forms import (
    Beginning,
    BrokenForm,
    beginning_of,
    boundary_of,
    file_in,
)

_MOST_FIELD_BYTES = 256 * 1024
_CHUNK_BYTES = 64 * 1024


def routes(desk: ShopDesk) -> list[web.RouteDef]:
    """Return the routes that take bytes."""

    async def form(request: web.Request) -> web.Response:
        try:
            return await _form(desk, request)
        except UploadRefused as refused:
            return _refusal(refused)

    async def put(request: web.Request) -> web.Response:
        try:
            return await _put(desk, request)
        except UploadRefused as refused:
            return _refusal(refused)

    return [web.post(UPLOAD_FOLDER, form), web.put(UPLOAD_FOLDER + "{key:.+}", put)]


async def _form(desk: ShopDesk, request: web.Request) -> web.Response:
    """Read no more than the upload takes, once the fields before the file name it."""
    try:
        boundary = boundary_of(request.headers.get("Content-Type", ""))
        raw, limit = bytearray(), _MOST_FIELD_BYTES
        beginning: Beginning | None = None
        upload: StagedUpload | None = None
        async for chunk in request.content.iter_chunked(_CHUNK_BYTES):
            raw += chunk
            if upload is None and (beginning := beginning_of(raw, boundary)) is not None:
                upload = _upload(desk, beginning.fields)
                limit = beginning.file_at + upload.most_bytes + _CHUNK_BYTES
            if len(raw) > limit:
                raise UploadRefused(400, "EntityTooLarge", "The form is larger than it may be.")
        if upload is None or beginning is None:
            raise BrokenForm("The form has no field named file.")
        content = file_in(raw, boundary, beginning)
    except BrokenForm as broken:
        raise UploadRefused(400, "MalformedPOSTRequest", str(broken)) from broken
    told = beginning.fields.get("content_type", "")
    desk.shop.receive_upload(upload, beginning.fields.get("x-goog-signature", ""), told, content)
    return _taken(desk, upload, beginning.fields)


def _upload(desk: ShopDesk, fields: Mapping[str, str]) -> StagedUpload:
    """Return the upload that the fields before the file name; each must be as it was told."""
    upload = desk.shop.staged_upload(UPLOAD_FOLDER + fields.get("key", ""))
    if upload is None or upload.http_method != "POST":
        raise UploadRefused(403, "AccessDenied", "The fields before the file name no upload.")
    for name, value in upload.parameters:
        if name not in fields:
            message = f"The form must have the field {name} before the file."
            raise UploadRefused(403, "AccessDenied", message)
        if fields[name] != value and name not in ("content_type", "x-goog-signature"):
            raise UploadRefused(403, "AccessDenied", f"The field {name} is not as it was signed.")
    return upload


async def _put(desk: ShopDesk, request: web.Request) -> web.Response:
    upload = desk.shop.staged_upload(request.path)
    if upload is None or upload.http_method != "PUT":
        raise UploadRefused(403, "AccessDenied", "The address names no upload.")
    content = bytearray()
    async for chunk in request.content.iter_chunked(_CHUNK_BYTES):
        content += chunk
        if len(content) > upload.most_bytes:
            raise UploadRefused(400, "EntityTooLarge", f"At most {upload.most_bytes} bytes may be sent.")
    signature = request.query.get("X-Goog-Signature", "")
    told = request.headers.get("Content-Type", "")
    desk.shop.receive_upload(upload, signature, told, bytes(content))
    return web.Response(status=200)


def _taken(desk: ShopDesk, upload: StagedUpload, fields: Mapping[str, str]) -> web.Response:
    if fields.get("success_action_status") != "201":
        return web.Response(status=204)
    place = escape(upload.resource_url(desk.shop.public_url))
    text = f"<PostResponse><Location>{place}</Location><Key>{escape(upload.key)}</Key></PostResponse>"
    return _xml(text, 201)


def _refusal(refused: UploadRefused) -> web.Response:
    text = f"<Error><Code>{refused.code}</Code><Message>{escape(str(refused))}</Message></Error>"
    return _xml(text, refused.status)


def _xml(text: str, status: int) -> web.Response:
    declared = f'<?xml version="1.0" encoding="UTF-8"?>{text}'
    response = web.Response(text=declared, status=status, content_type="application/xml")
    if status >= 400:
        response.force_close()
    return response
