"""Documents: upload, versions, content.

Uploads are single requests and not repeatable; who may repeat them, and after which look, is said in
``creation``. Files above the server's limit are sent in parts first (``large_uploads``).
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from muniment_ecm.answers import (
    JsonObject,
    integer,
    json_object,
    one_result,
    part,
    required_id,
    results,
    text,
)
from muniment_ecm.errors import AnswerNotUnderstood
from muniment_ecm.forms import FilePart, body_form, form, multipart_form, upload_form
from muniment_ecm.large_uploads import LargeUploads
from muniment_ecm.nodes import NodeType
from muniment_ecm.session import Session
from muniment_ecm.times import parse_time
from muniment_kit.http import PeerUnavailable

MAX_VERSION_DESCRIPTION = 255
_READ_ATTEMPTS = 3
_WHOLE_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is uploaded.

    ``category_values`` are flat keys; ``external_created`` is the date in the source system.
    """

    name: str
    media_type: str
    content: bytes = field(repr=False)
    category_values: Mapping[str, object] = field(default_factory=dict, repr=False)
    description: str = ""
    external_created: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a document."""

    number: int
    size_bytes: int
    mime_type: str | None
    description: str
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContentHash:
    """The SHA-256 (hex) and the size of bytes that were read from the server."""

    sha256: str
    size_bytes: int


class Documents:
    """Writes and reads documents. ``transfer_timeout_s`` bounds one upload or download."""

    def __init__(
        self, session: Session, *, server_zone: tzinfo = UTC, transfer_timeout_s: float = 300.0
    ) -> None:
        self._session = session
        self._zone = server_zone
        self._timeout_s = transfer_timeout_s
        self.large_uploads = LargeUploads(session, timeout_s=transfer_timeout_s)

    async def create(self, parent_id: int, upload: Upload) -> int:
        """Upload a new document and return its node id. Raises ``NameTaken``, ``NodeNotAccessible``."""
        what = f"upload a document into node {parent_id}"
        body: JsonObject = {"type": int(NodeType.DOCUMENT), "parent_id": parent_id, "name": upload.name}
        if upload.category_values:
            body["roles"] = {"categories": dict(upload.category_values)}
        if upload.description:
            body["description"] = upload.description
        if upload.external_created:
            body["external_create_date"] = upload.external_created.isoformat()
        if await self.large_uploads.takes(len(upload.content)):
            body["upload_key"] = await self._send(upload)
            encoded = body_form(body)
        else:
            encoded = upload_form(body, _file(upload))
        answer = await self._session.request(
            "POST",
            "/v2/nodes",
            what=what,
            repeatable=False,
            form=encoded,
            timeout_s=self._timeout_s,
        )
        return required_id(part(one_result(json_object(answer, what), what), "data", "properties"), what)

    async def add_version(self, node_id: int, upload: Upload) -> int:
        """Add a version with its category values in one request; return its number."""
        what = f"add a version to node {node_id}"
        fields = {"description": upload.description[:MAX_VERSION_DESCRIPTION]}
        if upload.external_created:
            fields["external_create_date"] = upload.external_created.isoformat()
        if await self.large_uploads.takes(len(upload.content)):
            encoded = form({**fields, "upload_key": await self._send(upload)})
        else:
            encoded = multipart_form(fields, _file(upload))
        answer = await self._session.request(
            "POST",
            f"/v2/nodes/{node_id}/versions",
            what=what,
            repeatable=False,
            form=encoded,
            timeout_s=self._timeout_s,
        )
        number = integer(
            part(one_result(json_object(answer, what), what), "data", "versions"), "version_number"
        )
        if number <= 0:
            raise AnswerNotUnderstood(f"Could not {what}: the answer does not say the version's number.")
        return number

    async def versions(self, node_id: int) -> list[Version]:
        """Return all versions, oldest first."""
        what = f"list the versions of node {node_id}"
        answer = await self._session.request(
            "GET", f"/v2/nodes/{node_id}/versions", what=what, repeatable=True
        )
        found = [
            self._version(part(result, "data", "versions") or result)
            for result in results(json_object(answer, what), what)
        ]
        return sorted(
            (version for version in found if version.number > 0), key=lambda version: version.number
        )

    async def latest_version(self, node_id: int) -> Version:
        """Return the newest version."""
        what = f"find the latest version of node {node_id}"
        answer = await self._session.request(
            "GET", f"/v1/nodes/{node_id}/versions/latest", what=what, repeatable=True
        )
        content = json_object(answer, what)
        version = self._version(part(content, "data") or content)
        if version.number <= 0:
            raise AnswerNotUnderstood(f"Could not {what}: the answer does not say its number.")
        return version

    @asynccontextmanager
    async def content(
        self, node_id: int, version: int | None = None, *, media_type: str | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """Give the content of a version (``None``: the newest) as chunks.

        A broken transfer raises ``PeerUnavailable``. With ``media_type``, a web page that comes instead
        raises ``AnswerNotUnderstood``: gateways answer with one, and with status 200.
        """
        what = f"download node {node_id}"
        async with self._session.stream(
            "GET", _content_path(node_id, version), what=what, timeout_s=self._timeout_s
        ) as answer:
            _check_is_content(answer.headers, media_type, what)
            yield answer.chunks()

    async def read(self, node_id: int, version: int | None = None) -> bytes:
        """Return the whole content of a version. Use ``content`` for files of unknown size."""
        async with self.content(node_id, version) as chunks:
            return b"".join([chunk async for chunk in chunks])

    async def content_hash(
        self,
        node_id: int,
        version: int | None = None,
        *,
        media_type: str | None = None,
        expected_bytes: int | None = None,
    ) -> ContentHash:
        """Download a version and hash its bytes; a transfer that breaks off is begun anew.

        A small file (``expected_bytes``) is read in one piece, which costs a fifth less CPU than a stream.
        """
        is_small = expected_bytes is not None and expected_bytes <= _WHOLE_BYTES
        read = self._hash_whole if is_small else self._hash_once
        for attempt in range(1, _READ_ATTEMPTS + 1):
            try:
                return await read(node_id, version, media_type)
            except PeerUnavailable:
                if attempt == _READ_ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    async def _hash_whole(self, node_id: int, version: int | None, media_type: str | None) -> ContentHash:
        what = f"download node {node_id}"
        answer = await self._session.request(
            "GET",
            _content_path(node_id, version),
            what=what,
            repeatable=True,
            timeout_s=self._timeout_s,
        )
        _check_is_content(answer.headers, media_type, what)
        return ContentHash(hashlib.sha256(answer.body).hexdigest(), len(answer.body))

    async def _hash_once(self, node_id: int, version: int | None, media_type: str | None) -> ContentHash:
        digest, size_bytes = hashlib.sha256(), 0
        async with self.content(node_id, version, media_type=media_type) as chunks:
            async for chunk in chunks:
                digest.update(chunk)
                size_bytes += len(chunk)
        return ContentHash(digest.hexdigest(), size_bytes)

    async def _send(self, upload: Upload) -> str:
        return await self.large_uploads.send(upload.name, upload.media_type, upload.content)

    def _version(self, content: JsonObject) -> Version:
        return Version(
            number=integer(content, "version_number"),
            size_bytes=integer(content, "file_size"),
            mime_type=text(content, "mime_type") or None,
            description=text(content, "description"),
            created_at=parse_time(content.get("create_date"), server_zone=self._zone),
        )


def _content_path(node_id: int, version: int | None) -> str:
    middle = "" if version is None else f"/versions/{version}"
    return f"/v2/nodes/{node_id}{middle}/content"


def _check_is_content(headers: Mapping[str, str], media_type: str | None, what: str) -> None:
    is_page = headers.get("Content-Type", "").startswith("text/html")
    if is_page and media_type is not None and not media_type.startswith("text/html"):
        raise AnswerNotUnderstood(f"Could not {what}: a web page came instead of the content.")


def _file(upload: Upload) -> FilePart:
    return FilePart(upload.name, upload.media_type, upload.content)
