"""Files of the shop: made from what was uploaded, then watched until Shopify has processed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from muniment_kit.clock import Clock
from muniment_kit.http import OutcomeUnknown
from muniment_shopify.client import AdminClient
from muniment_shopify.errors import AnswerUnusable, FileNotReady
from muniment_shopify.files.failures import failure_of
from muniment_shopify.operations import operation
from muniment_shopify.pauses import PASSING, Pauses

FileStatus = Literal["UPLOADED", "PROCESSING", "READY", "FAILED"]
ContentType = Literal["FILE", "IMAGE", "VIDEO", "MODEL_3D", "EXTERNAL_VIDEO"]
OnDuplicate = Literal["APPEND_UUID", "RAISE_ERROR", "REPLACE"]

MOST_AT_ONCE = 250
"""Files one ``fileCreate`` takes."""
_ASKED_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A file to be made. ``source_url`` is what :func:`upload` returned, or a public address.

    ``alt`` holds at most 512 characters. ``on_duplicate`` ``REPLACE`` needs ``filename`` and is not there for
    every type; ``None`` leaves it to Shopify, which appends a UUID.
    """

    source_url: str = field(repr=False)
    filename: str | None = None
    alt: str | None = None
    content_type: ContentType | None = None
    on_duplicate: OnDuplicate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFile:
    """A file as the shop knows it. ``url`` is where buyers get a document or an image once it is ready.

    ``typename`` is ``GenericFile``, ``MediaImage``, ``Video``, ``Model3d`` or ``ExternalVideo``;
    ``error_codes`` are of ``FileErrorCode``.
    """

    gid: str
    typename: str
    status: FileStatus
    alt: str | None
    url: str | None
    mime_type: str | None
    error_codes: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        """Tell whether Shopify has processed it."""
        return self.status == "READY"


async def create_files(client: AdminClient, files: Sequence[NewFile]) -> list[ShopFile]:
    """Make up to 250 files and return them in their order; they are not ready yet.

    Raises ``FileRefused``, ``FileNotReady`` (a file of that name is just being changed), ``ShopStorageFull``,
    and what ``AdminClient.execute`` raises: ``OutcomeUnknown`` unless every one replaces what has its name.
    """
    if not 1 <= len(files) <= MOST_AT_ONCE:
        raise ValueError(f"Between 1 and {MOST_AT_ONCE} files are made at once, not {len(files)}.")
    is_repeatable = all(file.on_duplicate == "REPLACE" for file in files)
    variables = {"files": [_input(file) for file in files]}
    answer = await client.execute(operation("file_create"), variables, repeatable=is_repeatable)
    payload = answer.data["fileCreate"] or {}
    if errors := payload.get("userErrors"):
        raise failure_of([str(error.get("code") or "") for error in errors], f"{client.shop} made no file")
    made = [read_file(node) for node in payload.get("files") or ()]
    if len(made) != len(files):
        what = f"{client.shop} made {len(made)} of {len(files)} files and gave no reason"
        if is_repeatable:
            raise AnswerUnusable(f"{what}; try again.")
        raise OutcomeUnknown(f"{what}; look for them before they are made again.")
    return made


async def wait_until_ready(
    client: AdminClient, gids: Sequence[str], *, within_s: float = 300.0, clock: Clock | None = None
) -> list[ShopFile]:
    """Return the files in their order once all are ready; asks with growing pauses, also through outages.

    Raises ``FileRefused``, ``FileNotReady`` or ``ShopStorageFull`` when one has failed, by its reasons;
    ``FileNotReady`` when they are not all ready in time, and what
    ``AdminClient.execute`` raises of an ``OperatorNeeded``.
    """
    pauses = Pauses(within_s, clock=clock, first_s=0.5, longest_s=10.0)
    ready: dict[str, ShopFile] = {}
    while True:
        with suppress(*PASSING):
            for file in await file_states(client, [gid for gid in gids if gid not in ready]):
                if file.status == "FAILED":
                    raise failure_of(file.error_codes, f"{client.shop} could not process {file.gid}")
                if file.is_ready:
                    ready[file.gid] = file
        if len(ready) == len(set(gids)):
            return [ready[gid] for gid in gids]
        if not await pauses.pause():
            waiting = len(set(gids)) - len(ready)
            raise FileNotReady(
                f"{client.shop} did not process {waiting} of {len(set(gids))} files in {within_s:g} s, or no "
                "longer has them.",
                after=30.0,
            )


async def file_states(client: AdminClient, gids: Sequence[str]) -> list[ShopFile]:
    """Return the files as they are now, in their order; those the shop does not have are left out."""
    found: list[ShopFile] = []
    for start in range(0, len(gids), _ASKED_AT_ONCE):
        ids = list(gids[start : start + _ASKED_AT_ONCE])
        answer = await client.execute(operation("files_status"), {"ids": ids})
        found += [read_file(node) for node in answer.data["nodes"] if node and "fileStatus" in node]
    return found


def _input(file: NewFile) -> dict[str, Any]:
    fields = {
        "originalSource": file.source_url,
        "filename": file.filename,
        "alt": file.alt,
        "contentType": file.content_type,
        "duplicateResolutionMode": file.on_duplicate,
    }
    return {name: value for name, value in fields.items() if value is not None}


def read_file(node: Mapping[str, Any]) -> ShopFile:
    """Read what the fragment ``ShopFile`` selects."""
    return ShopFile(
        gid=node["id"],
        typename=node["__typename"],
        status=node["fileStatus"],
        alt=node.get("alt") or None,
        url=node.get("url") or (node.get("image") or {}).get("url"),
        mime_type=node.get("mimeType"),
        error_codes=tuple(str(error["code"]) for error in node.get("fileErrors") or ()),
    )
