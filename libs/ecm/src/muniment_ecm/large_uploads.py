"""Large files travel in parts: begin, send each part once, complete; then a node or version is made of the
key. Source: ``/v2/multipart`` of the Content Server REST API.

A part whose answer was lost is sent again: "has already been uploaded" then means that it arrived, for nobody
else has the key. The same holds for completing. Nothing exists for other people before the key is used, so
beginning again after a failure leaves nothing behind but an upload session that the server lets expire.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from muniment_ecm.answers import integer, json_object, text
from muniment_ecm.errors import AnswerNotUnderstood, RefusedByServer, UnknownRoute
from muniment_ecm.forms import FilePart, Form, form, multipart_form
from muniment_ecm.session import Session
from muniment_kit.errors import MunimentError

WORTH_ASKING_BYTES = 1024 * 1024
"""Smaller files are sent whole, and the server is not even asked how it takes large ones."""
_PARTS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class LargeUploadSettings:
    """What the server says: whether parts are taken, and for which sizes of files."""

    is_enabled: bool
    min_size_bytes: int = 0
    max_size_bytes: int = 0

    def is_for(self, size_bytes: int) -> bool:
        """Say whether a file of this size travels in parts."""
        is_small_enough = not self.max_size_bytes or size_bytes <= self.max_size_bytes
        return (
            self.is_enabled and size_bytes >= max(self.min_size_bytes, WORTH_ASKING_BYTES) and is_small_enough
        )


@dataclass(frozen=True, slots=True)
class _Upload:
    key: str
    part_count: int
    part_size_bytes: int


class LargeUploads:
    """Sends large files. ``timeout_s`` bounds one part."""

    def __init__(self, session: Session, *, timeout_s: float = 300.0) -> None:
        self._session = session
        self._timeout_s = timeout_s
        self._settings: LargeUploadSettings | None = None

    async def settings(self) -> LargeUploadSettings:
        """Return the server's settings; asked once. A server without this call takes no parts."""
        if self._settings is None:
            what = "read the settings for large uploads"
            try:
                answer = await self._session.request(
                    "GET", "/v2/multipart/settings", what=what, repeatable=True
                )
            except UnknownRoute:
                self._settings = LargeUploadSettings(is_enabled=False)
            else:
                content = json_object(answer, what)
                self._settings = LargeUploadSettings(
                    content.get("is_enabled") is True,
                    integer(content, "min_size"),
                    integer(content, "max_size"),
                )
        return self._settings

    async def takes(self, size_bytes: int) -> bool:
        """Say whether a file of this size is to be sent in parts."""
        return size_bytes >= WORTH_ASKING_BYTES and (await self.settings()).is_for(size_bytes)

    async def send(self, name: str, media_type: str, content: bytes) -> str:
        """Send the file and return the ``upload_key`` to make a node or version of, once.

        A part that stays unconfirmed ends the upload: its session is aborted and the error raised.
        """
        upload = await self._begin(name, media_type, len(content))
        try:
            await self._send_parts(upload, content)
            await self._complete(upload)
        except MunimentError:
            await self._abort(upload)
            raise
        return upload.key

    async def _begin(self, name: str, media_type: str, size_bytes: int) -> _Upload:
        what = "begin a large upload"
        fields = {"file_name": name, "file_size": str(size_bytes), "mime_type": media_type}
        answer = await self._session.request(
            "POST", "/v2/multipart", what=what, repeatable=True, form=form(fields)
        )
        found = json_object(answer, what)
        upload = _Upload(text(found, "upload_key"), integer(found, "num_parts"), integer(found, "part_size"))
        if not upload.key or upload.part_count * upload.part_size_bytes < size_bytes:
            raise AnswerNotUnderstood(f"Could not {what}: the answer does not say how to send the parts.")
        return upload

    async def _send_parts(self, upload: _Upload, content: bytes) -> None:
        places = asyncio.Semaphore(_PARTS_AT_ONCE)

        async def send(number: int) -> None:
            start = (number - 1) * upload.part_size_bytes
            part = content[start : start + upload.part_size_bytes]
            async with places:
                await self._once(
                    f"/v2/multipart/{upload.key}/{number}",
                    multipart_form({}, FilePart("part", "application/octet-stream", part), "part_content"),
                    what=f"send part {number} of {upload.part_count}",
                    done="has already been uploaded",
                )

        parts = [asyncio.ensure_future(send(number)) for number in range(1, upload.part_count + 1)]
        try:
            await asyncio.gather(*parts)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)

    async def _complete(self, upload: _Upload) -> None:
        await self._once(
            f"/v2/multipart/{upload.key}", form({}), what="complete a large upload", done="already closed"
        )

    async def _once(self, path: str, body: Form, *, what: str, done: str) -> None:
        """Post; the key is ours alone, so the refusal ``done`` says that an earlier attempt arrived."""
        try:
            await self._session.change(
                "POST", path, what=what, repeatable=True, form=body, timeout_s=self._timeout_s
            )
        except RefusedByServer as refused:
            if done not in refused.reason:
                raise

    async def _abort(self, upload: _Upload) -> None:
        try:
            await self._session.change(
                "DELETE", f"/v2/multipart/{upload.key}", what="abort a large upload", repeatable=True
            )
        except MunimentError:
            return  # the server lets it expire
