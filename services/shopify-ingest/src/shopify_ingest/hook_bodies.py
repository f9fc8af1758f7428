"""Where the body of a stored hook is: in its record, or, if it was too large for one, in the blob store."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Protocol

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_kit.blobs import BlobMissing
from muniment_kit.errors import Retryable


class BlobReader(Protocol):
    """What is needed of a blob store to read; ``muniment_kit.blobs.Blobs`` fits."""

    async def get(self, reference: str) -> bytes:
        """Return the content under ``reference``. Raises ``BlobMissing`` or ``BlobStoreUnavailable``."""


class BlobWriter(Protocol):
    """What is needed of a blob store to write; ``muniment_kit.blobs.Blobs`` fits."""

    async def put(self, name: str, content: bytes) -> str:
        """Store ``content`` and return its reference. Raises ``BlobStoreUnavailable``."""


class HookBodyMissing(Retryable):
    """A hook's body is not in the blob store where its record says: the store is another one, or was cut."""


async def body_of(hook: HookReceived, blobs: BlobReader) -> bytes:
    """Return the hook's body as it was received.

    Raises ``HookBodyMissing`` or ``BlobStoreUnavailable``; both may succeed later.
    """
    if hook.body_reference is None:
        return hook.body
    try:
        body = await blobs.get(hook.body_reference)
    except BlobMissing as error:
        raise HookBodyMissing(
            f"The body of a hook is not in the blob store that MUNIMENT_BLOBS_URL names ({error.reason}) "
            "Let the variable name the store that shopify-ingest receive writes to, or restore the blob."
        ) from error
    if hashlib.sha256(body).hexdigest() != hook.body_sha256:
        raise HookBodyMissing(
            f"The blob {hook.body_reference} is not the body of the hook: its hash differs. Restore the blob."
        )
    return body


async def with_body(hook: Event[HookReceived], blobs: BlobReader) -> Event[HookReceived]:
    """Return the hook with its body in it, wherever that lies; raises as ``body_of`` does."""
    if hook.body.body_reference is None:
        return hook
    body = await body_of(hook.body, blobs)
    return replace(hook, body=replace(hook.body, body=body, body_reference=None, body_sha256=None))


async def with_body_apart(hook: Event[HookReceived], blobs: BlobWriter) -> Event[HookReceived]:
    """Write the hook's body to the blob store and return the hook with its reference in place of it.

    The same hook leads to the same reference. Raises ``BlobStoreUnavailable``.
    """
    content = hook.body.body
    reference = await blobs.put(f"hooks/{hook.body.shop}/{hook.id}", content)
    sha256 = hashlib.sha256(content).hexdigest()
    return replace(hook, body=replace(hook.body, body=b"", body_reference=reference, body_sha256=sha256))
