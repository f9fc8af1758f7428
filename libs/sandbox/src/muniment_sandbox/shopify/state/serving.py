"""Finding files, and where their bytes are served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from muniment_sandbox.shopify.state.files import (
    ExternalVideo,
    GenericFile,
    MediaImage,
    Model3d,
    ShopFile,
    Video,
)
from muniment_sandbox.shopify.state.ledger import Ledger

FILE_KINDS: Sequence[type[ShopFile]] = (GenericFile, MediaImage, Video, ExternalVideo, Model3d)
FILE_FOLDER = "/cdn/shop/files/"
PREVIEW_FOLDER = "/cdn/shop/previews/"
LABEL_FOLDER = "/cdn/shop/return_labels/"


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as the API shows it."""

    id: str
    alt_text: str | None
    height: int | None
    width: int | None
    url: str


def all_files(books: Ledger) -> list[ShopFile]:
    """Return every file of the shop."""
    return [file for kind in FILE_KINDS for file in books.all_of(kind)]


def file_named(books: Ledger, filename: str) -> ShopFile | None:
    """Return the file of that name; names compare without regard to case, and external videos have none."""
    wanted = filename.casefold()
    known = (file for file in all_files(books) if not isinstance(file, ExternalVideo))
    return next((file for file in known if file.filename.casefold() == wanted), None)


def address_of(base: str, file: ShopFile) -> str | None:
    """Return where the file's bytes are served below the shop's address ``base``, None before they are."""
    return f"{base}{path_of(file)}" if file.stored else None


def path_of(file: ShopFile) -> str:
    """Return the path and version under which the file is served."""
    return f"{FILE_FOLDER}{quote(file.filename)}?v={file.version}"


def image_of(base: str, file: ShopFile) -> Image | None:
    """Return the file as a picture once it can be shown; a video's is the preview it was given."""
    if isinstance(file, MediaImage) and file.stored:
        url = f"{base}{path_of(file)}"
        return Image(_picture_id(file), file.alt, file.height, file.width, url)
    if file.picture:
        url = f"{base}{PREVIEW_FOLDER}{file.number}"
        return Image(_picture_id(file), file.alt, None, None, url)
    return None


def _picture_id(file: ShopFile) -> str:
    return f"gid://shopify/ImageSource/{file.number}"
