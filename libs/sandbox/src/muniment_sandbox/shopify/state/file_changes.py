"""Creating, changing and deleting files, by Shopify's rules. Refusals carry the codes of FilesErrorCode.

Each call is all or nothing: what is wrong with one file is found before any is touched.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.files import (
    FAILED,
    READY,
    UNACCEPTABLE_EXTENSIONS,
    ExternalVideo,
    GenericFile,
    MediaImage,
    ShopFile,
    extension_of,
)
from muniment_sandbox.shopify.state.galleries import attach, check_room, detach
from muniment_sandbox.shopify.state.ledger import Ledger, NotPossible
from muniment_sandbox.shopify.state.processing_files import begin_picturing, begin_processing, release
from muniment_sandbox.shopify.state.serving import FILE_KINDS, file_named
from muniment_sandbox.shopify.state.touching import touch

MOST_AT_ONCE = 250
_LONGEST_ALT = 512
_VIDEO_HOSTS = {
    "youtube.com": "YOUTUBE",
    "www.youtube.com": "YOUTUBE",
    "youtu.be": "YOUTUBE",
    "vimeo.com": "VIMEO",
    "player.vimeo.com": "VIMEO",
}
_KINDS: Mapping[str, type[ShopFile]] = {kind.content_type: kind for kind in FILE_KINDS}
_BY_EXTENSION: Mapping[str, str] = {
    **dict.fromkeys(("gif", "heic", "jpeg", "jpg", "png", "webp"), "IMAGE"),
    **dict.fromkeys(("mov", "mp4"), "VIDEO"),
    **dict.fromkeys(("glb", "usdz"), "MODEL_3D"),
}
_SAME = {"jpeg": "jpg"}


@dataclass(frozen=True, kw_only=True)
class FileWish:
    """A file as an app wants it. ``content_type`` None: by the extension of its name."""

    source: str
    content_type: str | None = None
    filename: str | None = None
    alt: str | None = None
    on_duplicate: str = "APPEND_UUID"


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """What is to change of one file; None leaves it. ``add`` and ``remove`` are products."""

    file: ShopFile
    alt: str | None = None
    filename: str | None = None
    source: str | None = None
    preview_source: str | None = None
    add: Sequence[Product] = ()
    remove: Sequence[Product] = ()


def create_files(books: Ledger, wishes: Sequence[FileWish]) -> list[ShopFile]:
    """Create files, or replace those of the same name where that is wished; they are processed afterwards."""
    if len(wishes) > MOST_AT_ONCE:
        raise NotPossible(f"At most {MOST_AT_ONCE} files can be created at once", field=["files"])
    plans = [_planned(books, wish, str(place)) for place, wish in enumerate(wishes)]
    with books.action():
        return [
            _carried_out(books, wish, kind, name) for wish, (kind, name) in zip(wishes, plans, strict=True)
        ]


def check_wish(books: Ledger, wish: FileWish, *field: str) -> None:
    """Refuse a wish that cannot be fulfilled."""
    _planned(books, wish, *field)


def create_file(books: Ledger, wish: FileWish) -> ShopFile:
    """Create one file. Within an action."""
    kind, name = _planned(books, wish)
    return _carried_out(books, wish, kind, name)


def update_files(books: Ledger, changes: Sequence[FileChange]) -> None:
    """Change files that are READY: words, name, bytes, and which products show them."""
    for place, change in enumerate(changes):
        _check_change(books, change, str(place))
    with books.action():
        for change in changes:
            _change(books, change)


def delete_files(books: Ledger, files: Sequence[ShopFile]) -> None:
    """Delete files for good: products and variants lose them, and nothing is served any more."""
    if any(file.locked for file in files):
        message = "The file is being processed by another operation."
        raise NotPossible(message, code="FILE_LOCKED", field=["fileIds"])
    with books.action():
        for file in files:
            for product in books.all_of(Product):
                if file in product.gallery:
                    detach(books, product, file)
            release(books, file.stored)
            release(books, file.picture)
            books.forget(file)


# creating ------------------------------------------------------------------------------------------------


def _planned(books: Ledger, wish: FileWish, *field: str) -> tuple[type[ShopFile], str]:
    """Return the kind and the name the file gets; raise NotPossible where it cannot be."""
    where = ("files", *field)
    _check_alt(wish.alt, *where)
    kind = _KINDS[
        wish.content_type or _BY_EXTENSION.get(extension_of(wish.filename or _name_in(wish.source)), "FILE")
    ]
    if kind is ExternalVideo:
        if urlsplit(wish.source).hostname not in _VIDEO_HOSTS:
            message = "External video must be on YouTube or Vimeo"
            raise NotPossible(message, code="INVALID", field=[*where, "originalSource"])
        return kind, _name_in(wish.source)
    if urlsplit(wish.source).scheme not in ("http", "https"):
        code = "INVALID_IMAGE_SOURCE_URL" if kind is MediaImage else "INVALID"
        raise NotPossible("Original source is invalid", code=code, field=[*where, "originalSource"])
    name = wish.filename or _name_in(wish.source)
    _check_name(name, *where, "filename")
    if wish.filename:
        _check_extension(wish.filename, wish.source, *where, "filename")
    _check_duplicate(books, wish, kind, name, where)
    return kind, name


def _check_duplicate(
    books: Ledger, wish: FileWish, kind: type[ShopFile], name: str, where: Sequence[str]
) -> None:
    mode, field = wish.on_duplicate, [*where, "duplicateResolutionMode"]
    if mode == "REPLACE":
        if not wish.filename:
            message = "Missing filename argument when attempting to use REPLACE duplicate mode."
            raise NotPossible(message, code="MISSING_FILENAME_FOR_DUPLICATE_MODE_REPLACE", field=field)
        if kind not in (MediaImage, GenericFile):
            message = f"Duplicate resolution mode REPLACE is not supported for {kind.content_type} files."
            raise NotPossible(message, code="INVALID_DUPLICATE_MODE_FOR_TYPE", field=field)
    known = file_named(books, name)
    if known is None or mode == "APPEND_UUID":
        return
    if mode == "RAISE_ERROR":
        message = "The filename already exists."
        raise NotPossible(message, code="FILENAME_ALREADY_EXISTS", field=[*where, "filename"])
    if not isinstance(known, kind):
        message = "A file of another type has this filename."
        raise NotPossible(message, code="INVALID_DUPLICATE_MODE_FOR_TYPE", field=field)
    if known.locked:
        raise NotPossible("The file has a pending operation.", code="FILE_LOCKED", field=list(where))


def _carried_out(books: Ledger, wish: FileWish, kind: type[ShopFile], name: str) -> ShopFile:
    known = file_named(books, name) if kind is not ExternalVideo else None
    now = books.clock.now()
    if known is not None and wish.on_duplicate == "REPLACE":
        known.source, known.updated_at = wish.source, now
        known.alt = known.alt if wish.alt is None else wish.alt
        begin_processing(books, known)
        return known
    if known is not None:
        stem = PurePosixPath(name)
        name = f"{stem.stem}_{uuid.uuid4()}{stem.suffix}"
    file = books.register(_made(books, kind, name, wish, now))
    begin_processing(books, file)
    return file


def _made(books: Ledger, kind: type[ShopFile], name: str, wish: FileWish, now: datetime) -> ShopFile:
    facts: dict[str, Any] = {
        "number": books.numbers.next(kind.gid_type),
        "alt": wish.alt,
        "filename": name,
        "source": wish.source,
        "created_at": now,
        "updated_at": now,
    }
    if kind is ExternalVideo:
        facts["host"] = _VIDEO_HOSTS[urlsplit(wish.source).hostname or ""]
    return kind(**facts)


# changing ------------------------------------------------------------------------------------------------


def _check_change(books: Ledger, change: FileChange, place: str) -> None:
    file, where = change.file, ("files", place)
    _check_state(file, *where)
    _check_alt(change.alt, *where)
    if change.source and change.preview_source:
        message = "Specify either originalSource or previewImageSource, not both."
        raise NotPossible(message, code="INVALID", field=where)
    if change.source:
        if not isinstance(file, MediaImage | GenericFile):
            message = "Media of this type cannot get another source."
            raise NotPossible(message, code="MEDIA_CANNOT_BE_MODIFIED", field=[*where, "originalSource"])
        _check_extension(file.filename, change.source, *where, "originalSource")
    if change.filename is not None and change.filename != file.filename:
        _check_renaming(books, file, change.filename, where)
    if change.add and not file.media_content_type:
        message = "The file type is not supported for referencing."
        raise NotPossible(message, code="UNSUPPORTED_FILE_REFERENCE", field=[*where, "referencesToAdd"])
    for product in change.add:
        check_room(product, file, *where, "referencesToAdd")


def _check_state(file: ShopFile, *where: str) -> None:
    if file.locked:
        if file.stored is not None:
            raise NotPossible("The file has a pending operation.", code="FILE_LOCKED", field=where)
        raise NotPossible("Non-ready files cannot be updated.", code="NON_READY_STATE", field=where)
    if file.file_status == FAILED:
        message = "File cannot be updated in a failed state."
        raise NotPossible(message, code="INVALID_FAILED_MEDIA_STATE", field=where)
    if file.file_status != READY:
        raise NotPossible("Non-ready files cannot be updated.", code="NON_READY_STATE", field=where)


def _check_renaming(books: Ledger, file: ShopFile, name: str, where: Sequence[str]) -> None:
    field = [*where, "filename"]
    if not isinstance(file, MediaImage | GenericFile):
        message = "Filename update is only supported on Image and GenericFile."
        raise NotPossible(message, code="UNSUPPORTED_MEDIA_TYPE_FOR_FILENAME_UPDATE", field=field)
    _check_name(name, *field)
    if extension_of(name) != file.extension:
        message = "The filename extension must match the original filename."
        raise NotPossible(message, code="INVALID_FILENAME_EXTENSION", field=field)
    other = file_named(books, name)
    if other is not None and other is not file:
        raise NotPossible("The filename already exists.", code="FILENAME_ALREADY_EXISTS", field=field)


def _change(books: Ledger, change: FileChange) -> None:
    file = change.file
    file.updated_at = books.clock.now()
    file.alt = file.alt if change.alt is None else change.alt
    file.filename = change.filename or file.filename
    for product in books.all_of(Product):
        if file in product.gallery:
            touch(books, product)
    for product in change.add:
        attach(books, product, file)
    for product in change.remove:
        detach(books, product, file)
    if change.source:
        file.source = change.source
        begin_processing(books, file)
    elif change.preview_source:
        begin_picturing(books, file, change.preview_source)


# names ---------------------------------------------------------------------------------------------------


def _check_alt(alt: str | None, *where: str) -> None:
    if alt is not None and len(alt) > _LONGEST_ALT:
        message = f"The alt value exceeds the maximum limit of {_LONGEST_ALT} characters."
        raise NotPossible(message, code="ALT_VALUE_LIMIT_EXCEEDED", field=[*where, "alt"])


def _check_name(name: str, *where: str) -> None:
    if not name or len(name) > 255 or name.startswith(".") or re.search(r"[/\\\x00-\x1f\x7f]", name):
        raise NotPossible("The filename is invalid.", code="INVALID_FILENAME", field=where)
    if extension_of(name) in UNACCEPTABLE_EXTENSIONS:
        raise NotPossible("The file type is not supported.", code="UNACCEPTABLE_ASSET", field=where)


def _check_extension(name: str, source: str, *where: str) -> None:
    """Refuse a name whose extension is not the source's, where the source shows one."""
    shown = extension_of(_name_in(source))
    ours = extension_of(name)
    if shown and _SAME.get(shown, shown) != _SAME.get(ours, ours):
        message = "Provided filename extension must match original source."
        raise NotPossible(message, code="MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE", field=where)


def _name_in(source: str) -> str:
    return PurePosixPath(unquote(urlsplit(source).path)).name or "file"
