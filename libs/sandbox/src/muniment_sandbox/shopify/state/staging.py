"""Staged uploads: a place to put bytes for a day, which a file is then made of.

Source: https://shopify.dev/docs/api/admin-graphql/2026-10/mutations/stagedUploadsCreate. Shopify's targets
are those of Google Cloud Storage: a form whose policy is signed, or an address that is.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, unquote, urlsplit

import orjson

from muniment_sandbox.shopify.state.entities import Entity
from muniment_sandbox.shopify.state.files import UNACCEPTABLE_EXTENSIONS, StoredBytes, extension_of
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible

UPLOAD_FOLDER = "/staged-uploads/"
_LIFE = timedelta(hours=24)
_MB = 1024 * 1024
_MOST_BYTES: Mapping[str, int] = {
    "BULK_MUTATION_VARIABLES": 100 * _MB,
    "DISPUTE_FILE_UPLOAD": 2 * _MB,
    "MODEL_3D": 100 * _MB,
    "VIDEO": 100 * _MB,
}
_USUAL_MOST_BYTES = 20 * _MB
_FOLDERS: Mapping[str, str] = {
    "BULK_MUTATION_VARIABLES": "bulk",
    "DISPUTE_FILE_UPLOAD": "dispute_file_uploads",
    "MODEL_3D": "models",
    "RETURN_LABEL": "return_labels",
    "URL_REDIRECT_IMPORT": "url_redirects",
    "VIDEO": "videos",
}
_SIZED = ("MODEL_3D", "VIDEO")
_PICTURES = ("COLLECTION_IMAGE", "IMAGE", "PRODUCT_IMAGE", "SHOP_IMAGE")
_NUMBER = re.compile(r"/(\d{1,19})-[0-9a-f]{12}/")
_UNFIT = re.compile(r"[/\\\x00-\x1f\x7f]")
_MIME_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}")


class UploadRefused(ValueError):
    """The target does not take the bytes; ``status`` and ``code`` are Google Cloud Storage's."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, kw_only=True)
class UploadWish:
    """What an app wants to upload. ``file_size`` in bytes; ``http_method`` PUT or POST."""

    resource: str
    filename: str
    mime_type: str
    file_size: int | None = None
    http_method: str = "PUT"


@dataclass(eq=False, kw_only=True)
class StagedUpload(Entity):
    """A target and, once they came, its bytes. ``key`` is its path in the target's bucket."""

    gid_type: ClassVar[str] = "StagedUpload"
    key: str
    token: str
    resource: str
    filename: str
    mime_type: str
    file_size: int | None
    http_method: str
    expires_at: datetime
    stored: StoredBytes | None = None

    @property
    def most_bytes(self) -> int:
        """How many bytes it takes; where the size was promised, not one more or less."""
        if self.resource in _SIZED and self.file_size is not None:
            return self.file_size
        return _MOST_BYTES.get(self.resource, _USUAL_MOST_BYTES)

    @property
    def least_bytes(self) -> int:
        return self.most_bytes if self.resource in _SIZED else 1

    @property
    def policy(self) -> str:
        """What a form may contain, as Google spells it."""
        conditions = [
            {"key": self.key},
            ["content-length-range", self.least_bytes, self.most_bytes],
            {"content_type": self.mime_type},
        ]
        document = {"expiration": self.expires_at.isoformat(), "conditions": conditions}
        return base64.b64encode(orjson.dumps(document)).decode()

    @property
    def signature(self) -> str:
        return hmac.new(self.token.encode(), self.policy.encode(), hashlib.sha256).hexdigest()

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """What belongs into the form before the file, or into the headers of a PUT."""
        if self.http_method == "PUT":
            return [("content_type", self.mime_type), ("acl", "private")]
        day = self.expires_at - _LIFE
        return [
            ("content_type", self.mime_type),
            ("success_action_status", "201"),
            ("acl", "private"),
            ("key", self.key),
            ("x-goog-date", day.strftime("%Y%m%dT%H%M%SZ")),
            ("x-goog-credential", f"sandbox@shop/{day:%Y%m%d}/auto/storage/goog4_request"),
            ("x-goog-algorithm", "GOOG4-RSA-SHA256"),
            ("x-goog-signature", self.signature),
            ("policy", self.policy),
        ]

    def url(self, base: str) -> str:
        """Return where the bytes go."""
        if self.http_method == "POST":
            return f"{base}{UPLOAD_FOLDER}"
        return (
            f"{self.resource_url(base)}?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature={self.signature}"
        )

    def resource_url(self, base: str) -> str:
        """Return the address that names the upload afterwards."""
        return f"{base}{UPLOAD_FOLDER}{quote(self.key)}"


def stage(books: Ledger, wish: UploadWish) -> StagedUpload:
    """Make a target that takes the wished file for a day; raises NotPossible where there can be none."""
    _check(wish)
    now = books.clock.now()
    for old in books.all_of(StagedUpload):
        if old.expires_at <= now:
            _drop(books, old)
    number, token = books.numbers.next("StagedUpload"), secrets.token_hex(16)
    folder = _FOLDERS.get(wish.resource, "files")
    return books.register(
        StagedUpload(
            number=number,
            key=f"tmp/{books.merchant.number}/{folder}/{number}-{token[:12]}/{wish.filename}",
            token=token,
            resource=wish.resource,
            filename=wish.filename,
            mime_type=wish.mime_type,
            file_size=wish.file_size,
            http_method=wish.http_method,
            expires_at=now + _LIFE,
        )
    )


def upload_at(books: Ledger, key: str) -> StagedUpload | None:
    """Return the upload with this key, however it is written: as a key, a path or a whole resource URL."""
    path = unquote(urlsplit(key).path).rpartition(UPLOAD_FOLDER)[2].lstrip("/")
    number = _NUMBER.search(path)
    found = books.get(StagedUpload, f"gid://shopify/StagedUpload/{number[1]}") if number else None
    return found if found is not None and found.key == path else None


def receive(books: Ledger, upload: StagedUpload, signature: str, content_type: str, content: bytes) -> None:
    """Take the bytes; raises UploadRefused where the signed conditions are not met."""
    if not hmac.compare_digest(signature.encode(), upload.signature.encode()):
        raise UploadRefused(403, "SignatureDoesNotMatch", "The signature is not that of this upload.")
    if books.clock.now() >= upload.expires_at:
        raise UploadRefused(400, "ExpiredToken", "The upload target has expired; ask for a new one.")
    if content_type.partition(";")[0].strip().casefold() != upload.mime_type.casefold():
        message = f"The content type must be {upload.mime_type}, as it was announced."
        raise UploadRefused(403, "AccessDenied", message)
    if len(content) > upload.most_bytes:
        raise UploadRefused(400, "EntityTooLarge", f"At most {upload.most_bytes} bytes may be sent.")
    if len(content) < upload.least_bytes:
        raise UploadRefused(400, "EntityTooSmall", f"At least {upload.least_bytes} bytes must be sent.")
    number = books.numbers.next("StoredBytes")
    known = upload.stored
    upload.stored = books.register(StoredBytes(number=number, content=content, media_type=upload.mime_type))
    if known is not None:
        books.forget(known)


def _check(wish: UploadWish) -> None:
    name = wish.filename
    if not name.strip() or _UNFIT.search(name) or name.startswith(".") or len(name) > 255:
        raise NotPossible("Filename is invalid", field=["filename"])
    if not _MIME_TYPE.fullmatch(wish.mime_type):
        raise NotPossible("Mime type is invalid", field=["mimeType"])
    if extension_of(name) in UNACCEPTABLE_EXTENSIONS:
        raise NotPossible("File type is not supported", field=["filename"])
    if wish.resource in _PICTURES and not wish.mime_type.startswith("image/"):
        raise NotPossible(f"{wish.mime_type} is not a recognized format", field=["mimeType"])
    if wish.resource in _SIZED and wish.file_size is None:
        raise NotPossible("File size is required for videos and 3D models", field=["fileSize"])
    if wish.file_size is not None and wish.file_size > _MOST_BYTES.get(wish.resource, _USUAL_MOST_BYTES):
        raise NotPossible("File size exceeds the limit", field=["fileSize"])


def _drop(books: Ledger, upload: StagedUpload) -> None:
    """Forget an upload whose day is over; a file made of it keeps the bytes."""
    books.forget(upload)
    if upload.stored is not None:
        books.forget(upload.stored)
