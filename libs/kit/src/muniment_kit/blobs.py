"""Bytes too large for a record: a blob store by URL (folder, memory, S3, GCS, Azure), through obstore."""

from __future__ import annotations

import asyncio
import hashlib
import re

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import MemoryStore, ObjectStore, from_url

from muniment_kit.errors import Rejected, Retryable

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,500}")
_TIMEOUT_S = 60.0


class BlobStoreUnavailable(Retryable):
    """The blob store did not answer as it should; the same call may succeed later."""


class BlobMissing(Rejected):
    """A reference names a blob that is not there."""


class Blobs:
    """Stores bytes once, under a name that ends in their SHA-256, and reads them back checked."""

    def __init__(self, url: str, *, timeout_s: float = _TIMEOUT_S) -> None:
        """``url`` names the store: ``file:///folder``, ``memory://``, ``s3://bucket/prefix``, ``gs://…``, ``az://…``.

        Credentials come from the environment variables that obstore documents for the store.
        """
        self._store = _open(url)
        self._timeout_s = timeout_s

    async def put(self, name: str, content: bytes) -> str:
        """Store ``content`` and return its reference, the same for the same name and content.

        ``name`` is made of letters, digits, ``.``, ``_``, ``-`` and ``/``. Raises ``BlobStoreUnavailable``.
        """
        if not _is_safe(name):
            raise ValueError(
                "A blob's name is made of letters, digits, . _ - and /, and begins with a letter or digit."
            )
        reference = f"{name}.{hashlib.sha256(content).hexdigest()}"
        try:
            async with asyncio.timeout(self._timeout_s):
                await obstore.put_async(self._store, reference, content, mode="create")
        except AlreadyExistsError:
            return reference  # the name holds the hash: what is there is the same
        except (BaseError, TimeoutError, OSError) as error:
            raise BlobStoreUnavailable(
                f"The blob store did not take a blob ({type(error).__name__})."
            ) from error
        return reference

    async def get(self, reference: str) -> bytes:
        """Return the content under ``reference``. Raises ``BlobMissing`` or ``BlobStoreUnavailable``."""
        if not _is_safe(reference):
            raise BlobMissing("The reference is not one that this store gave.")
        try:
            async with asyncio.timeout(self._timeout_s):
                found = await obstore.get_async(self._store, reference)
                content = bytes(await found.bytes_async())
        except FileNotFoundError:
            raise BlobMissing(f"There is no blob {reference}.") from None
        except (BaseError, TimeoutError, OSError) as error:
            raise BlobStoreUnavailable(f"The blob store did not answer ({type(error).__name__}).") from error
        if hashlib.sha256(content).hexdigest() != reference.rpartition(".")[2]:
            raise BlobStoreUnavailable(f"The blob {reference} is not what was stored: its hash differs.")
        return content


def _open(url: str) -> ObjectStore:
    if url.startswith("memory:"):
        return MemoryStore()
    if url.startswith("file:"):
        return from_url(url, mkdir=True)
    return from_url(url)


def _is_safe(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and not any(part in ("", ".", "..") for part in name.split("/"))
