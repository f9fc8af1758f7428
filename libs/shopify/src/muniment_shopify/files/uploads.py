"""Bytes on their way to Shopify: a place for them is asked for, then they are sent there.

https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/stagedUploadsCreate
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from muniment_kit.http import Answer, Multipart, Part
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AnswerUnusable, FileNotReady, FileRefused
from muniment_shopify.links import ShopLinks
from muniment_shopify.operations import operation

UploadResource = Literal["IMAGE", "FILE", "VIDEO", "MODEL_3D", "DISPUTE_FILE_UPLOAD", "RETURN_LABEL"]
UploadMethod = Literal["POST", "PUT"]

_HEADER_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}", re.ASCII)
_SHORTEST_S = 60.0
_SLOWEST_BYTES_A_S = 128 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file to be sent: bytes, or a path that is read while it is sent. ``mime_type`` is of RFC 6838."""

    filename: str
    mime_type: str
    content: bytes | Path = field(repr=False)
    resource: UploadResource = "FILE"

    @property
    def size_bytes(self) -> int:
        """Return how long the content is now. Raises ``OSError`` when a file is not there."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size


@dataclass(frozen=True, slots=True)
class StagedTarget:
    """Where to send one upload, and by what it is allowed. ``resource_url`` names it to other operations."""

    method: UploadMethod
    url: str = field(repr=False)
    resource_url: str = field(repr=False)
    parameters: tuple[tuple[str, str], ...] = field(repr=False)


async def upload(client: AdminClient, upload: Upload, *, method: UploadMethod = "POST") -> str:
    """Send one file and return the URL that names it, an ``originalSource``. May be repeated as a whole.

    Raises ``FileRefused``, ``FileNotReady``, ``LinkRefused``, ``PeerUnavailable`` and what
    ``AdminClient.execute`` raises.
    """
    target = await stage_upload(client, upload, method=method)
    await send_upload(client.links, upload, target)
    return target.resource_url


async def stage_upload(client: AdminClient, upload: Upload, *, method: UploadMethod = "POST") -> StagedTarget:
    """Ask for a place for one upload. Raises ``FileRefused`` and what ``AdminClient.execute`` raises."""
    wanted = {
        "filename": upload.filename,
        "mimeType": upload.mime_type,
        "resource": upload.resource,
        "httpMethod": method,
        "fileSize": str(upload.size_bytes),
    }
    # Repeatable: a place that is never used costs nothing and vanishes by itself.
    answer = await client.execute(operation("staged_uploads_create"), {"input": [wanted]}, repeatable=True)
    payload = answer.data["stagedUploadsCreate"] or {}
    if payload.get("userErrors"):
        raise FileRefused(
            f"{client.shop} gives no place for a file of type {upload.mime_type} as {upload.resource}; check "
            "its name, type and size."
        )
    targets = payload.get("stagedTargets") or []
    if len(targets) != 1 or not targets[0].get("url") or not targets[0].get("resourceUrl"):
        raise AnswerUnusable(f"{client.shop} named no place for an upload; try again.")
    parameters = tuple((each["name"], each["value"]) for each in targets[0]["parameters"])
    return StagedTarget(method, targets[0]["url"], targets[0]["resourceUrl"], parameters)


async def send_upload(links: ShopLinks, upload: Upload, target: StagedTarget) -> None:
    """Send the content to its place, which takes it once more if need be.

    Raises ``FileNotReady`` when it is not taken there, ``LinkRefused``, ``PeerUnavailable``.
    """
    peer = links.peer_of(target.url)
    timeout_s = max(_SHORTEST_S, upload.size_bytes / _SLOWEST_BYTES_A_S)
    if target.method == "PUT":
        headers = {"Content-Type": upload.mime_type, **_headers(target)}
        answer = await peer.request(
            "PUT", target.url, repeatable=True, headers=headers, data=upload.content, timeout_s=timeout_s
        )
    else:
        answer = await peer.request(
            "POST", target.url, repeatable=True, data=_form(upload, target), timeout_s=timeout_s
        )
    _check(answer)


def _form(upload: Upload, target: StagedTarget) -> Multipart:
    """Return the form: the policy covers the parameters, and what follows the file is not read."""
    parameters = [Part(name, value) for name, value in target.parameters]
    return Multipart(*parameters, Part("file", upload.content, upload.filename, upload.mime_type))


def _headers(target: StagedTarget) -> dict[str, str]:
    if not all(_HEADER_NAME.fullmatch(name) and value.isprintable() for name, value in target.parameters):
        raise AnswerUnusable("Shopify named parameters for an upload that are no headers; try again.")
    return dict(target.parameters)


def _check(answer: Answer) -> None:
    if not answer.is_success:
        raise FileNotReady(
            f"The place Shopify gave for an upload answered {answer.status}; its permission may have "
            "expired, or the content is not what was announced. Ask for a new place.",
            after=5.0,
        )
