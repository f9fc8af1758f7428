"""Files of the shop: pictures, documents, videos, 3D models; what they hold and how far their processing is.

Sources: https://shopify.dev/docs/api/admin-graphql/2026-10/interfaces/File,
https://shopify.dev/docs/apps/build/online-store/product-media
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath
from typing import ClassVar

from muniment_sandbox.shopify.state.entities import Entity

READY, FAILED, PROCESSING, UPLOADED = "READY", "FAILED", "PROCESSING", "UPLOADED"
UNACCEPTABLE_EXTENSIONS = frozenset({"htm", "html", "xhtml"})
"""What Shopify takes as no file: pages that a browser would run in the shop's name."""


@dataclass(eq=False, kw_only=True)
class StoredBytes(Entity):
    """Bytes that were once received; they never change."""

    gid_type: ClassVar[str] = "StoredBytes"
    content: bytes = field(repr=False)
    media_type: str


@dataclass(frozen=True, slots=True)
class FileProblem:
    """Why processing failed: a code of ``FileErrorCode`` and a sentence."""

    code: str
    message: str
    details: str | None = None


@dataclass(eq=False, kw_only=True)
class ShopFile(Entity):
    """What all files have. ``stored`` are the bytes that are served; ``version`` moves with them.

    ``locked`` says that an operation is pending, ``file_status`` how far processing is: UPLOADED, PROCESSING,
    READY or FAILED with ``problems``. ``source`` is where the bytes come from.
    """

    content_type: ClassVar[str] = "FILE"
    media_content_type: ClassVar[str | None] = None
    alt: str | None
    filename: str
    source: str
    created_at: datetime
    updated_at: datetime
    file_status: str = UPLOADED
    problems: Sequence[FileProblem] = ()
    stored: StoredBytes | None = None
    picture: StoredBytes | None = None
    version: int = 0
    locked: bool = True

    @property
    def status(self) -> str:
        return self.file_status

    @property
    def extension(self) -> str:
        return extension_of(self.filename)

    @property
    def mime_type(self) -> str | None:
        return self.stored.media_type if self.stored else None

    @property
    def original_file_size(self) -> int | None:
        return len(self.stored.content) if self.stored else None


@dataclass(eq=False, kw_only=True)
class GenericFile(ShopFile):
    """A document: a specification sheet, a certificate."""

    gid_type: ClassVar[str] = "GenericFile"


@dataclass(eq=False, kw_only=True)
class MediaImage(ShopFile):
    """A picture; ``width`` and ``height`` are known once it was processed."""

    gid_type: ClassVar[str] = "MediaImage"
    content_type: ClassVar[str] = "IMAGE"
    media_content_type: ClassVar[str | None] = "IMAGE"
    width: int | None = None
    height: int | None = None


@dataclass(eq=False, kw_only=True)
class Video(ShopFile):
    gid_type: ClassVar[str] = "Video"
    content_type: ClassVar[str] = "VIDEO"
    media_content_type: ClassVar[str | None] = "VIDEO"


@dataclass(eq=False, kw_only=True)
class ExternalVideo(ShopFile):
    """A video that YouTube or Vimeo shows; it holds no bytes."""

    gid_type: ClassVar[str] = "ExternalVideo"
    content_type: ClassVar[str] = "EXTERNAL_VIDEO"
    media_content_type: ClassVar[str | None] = "EXTERNAL_VIDEO"
    host: str

    @property
    def origin_url(self) -> str:
        return self.source

    @property
    def embed_url(self) -> str:
        player = "www.youtube.com/embed" if self.host == "YOUTUBE" else "player.vimeo.com/video"
        return f"https://{player}/{self.source.rstrip('/').split('=')[-1].split('/')[-1]}"


@dataclass(eq=False, kw_only=True)
class Model3d(ShopFile):
    gid_type: ClassVar[str] = "Model3d"
    content_type: ClassVar[str] = "MODEL_3D"
    media_content_type: ClassVar[str | None] = "MODEL_3D"


def extension_of(name: str) -> str:
    """Return the extension of a file name without its point, in small letters."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()
