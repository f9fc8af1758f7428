"""Processing: a file's source is fetched and judged; it becomes READY or FAILED on the shop's clock.

This sandbox fetches nothing from the net: a source is one of its own staged uploads or files, any other is a
source that cannot be reached.
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.files import (
    FAILED,
    PROCESSING,
    READY,
    UPLOADED,
    ExternalVideo,
    FileProblem,
    GenericFile,
    MediaImage,
    Model3d,
    ShopFile,
    StoredBytes,
)
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.pictures import NoPicture, read_picture
from muniment_sandbox.shopify.state.serving import FILE_FOLDER, file_named
from muniment_sandbox.shopify.state.staging import upload_at
from muniment_sandbox.shopify.state.touching import touch

_MB = 1024 * 1024
_MOST_IMAGE_BYTES = 20 * _MB
_MOST_PIXELS = 20_000_000
_MOST_FILE_BYTES = 20 * _MB


def begin_processing(books: Ledger, file: ShopFile) -> None:
    """Lock the file and let it become READY or FAILED: uploaded, then in processing, each for its time."""
    file.locked, file.file_status, file.problems = True, UPLOADED, ()
    books.later(books.file_wait_s, _process, books, file)


def begin_picturing(books: Ledger, file: ShopFile, source: str) -> None:
    """Lock the file until its preview picture is that of ``source``."""
    file.locked, file.file_status, file.problems = True, PROCESSING, ()
    books.later(books.file_processing_s, _picture, books, file, source)


def content_at(books: Ledger, source: str) -> StoredBytes | None:
    """Return the bytes that a source names, None where it cannot be reached from here."""
    upload = upload_at(books, source)
    if upload is not None:
        return upload.stored
    _, at, name = unquote(urlsplit(source).path).rpartition(FILE_FOLDER)
    known = file_named(books, name) if at else None
    return known.stored if known else None


def kept_upload(books: Ledger, source: str) -> StoredBytes | None:
    """Keep the bytes of an upload for good, and return them; None for any other source."""
    upload = upload_at(books, source)
    if upload is None or upload.stored is None:
        return None
    return _kept(books, upload.stored.content, upload.stored.media_type)


def hold(books: Ledger, file: ShopFile, content: bytes, media_type: str) -> None:
    """Let the file serve these bytes instead of those it served before."""
    if isinstance(file, MediaImage):
        facts = read_picture(content)
        file.width, file.height, media_type = facts.width, facts.height, facts.media_type
    release(books, file.stored)
    file.stored = _kept(books, content, media_type)
    file.version = max(file.version + 1, int(books.clock.now().timestamp()))


def release(books: Ledger, stored: StoredBytes | None) -> None:
    """Forget bytes that nothing serves any more."""
    if stored is not None:
        books.forget(stored)


def _kept(books: Ledger, content: bytes, media_type: str) -> StoredBytes:
    """Return the bytes as something of one owner alone."""
    number = books.numbers.next("StoredBytes")
    return books.register(StoredBytes(number=number, content=content, media_type=media_type))


def _process(books: Ledger, file: ShopFile) -> None:
    file.file_status = PROCESSING
    books.later(books.file_processing_s, _finish, books, file)


def _finish(books: Ledger, file: ShopFile) -> None:
    """Fetch and judge. A replacement that fails leaves the bytes that were served before."""
    if books.get(ShopFile, file.id) is not file:  # deleted meanwhile
        return
    if isinstance(file, ExternalVideo):
        _conclude(books, file, None)
        return
    fetched = content_at(books, file.source)
    problem = _problem(file, fetched)
    if problem is None and fetched is not None:
        hold(books, file, fetched.content, fetched.media_type)
    _conclude(books, file, problem)


def _picture(books: Ledger, file: ShopFile, source: str) -> None:
    if books.get(ShopFile, file.id) is not file:
        return
    fetched = content_at(books, source)
    problem = _picture_problem(fetched)
    if problem is None and fetched is not None:
        release(books, file.picture)
        file.picture = _kept(books, fetched.content, fetched.media_type)
    _conclude(books, file, problem)


def _conclude(books: Ledger, file: ShopFile, problem: FileProblem | None) -> None:
    """Unlock, and tell of every product that shows the file."""
    with books.action():
        file.locked = False
        file.file_status = FAILED if problem else READY
        file.problems = (problem,) if problem else ()
        file.updated_at = books.clock.now()
        for product in books.all_of(Product):
            if file in product.gallery:
                touch(books, product)


def _problem(file: ShopFile, fetched: StoredBytes | None) -> FileProblem | None:
    if isinstance(file, MediaImage):
        return _picture_problem(fetched)
    if fetched is None:
        return FileProblem("GENERIC_FILE_DOWNLOAD_FAILURE", "The source could not be downloaded.")
    if isinstance(file, GenericFile):
        size = len(fetched.content)
        fits = 0 < size <= _MOST_FILE_BYTES
        return None if fits else FileProblem("GENERIC_FILE_INVALID_SIZE", "The file size is not allowed.")
    if isinstance(file, Model3d):
        whole = fetched.content.startswith(b"glTF")
        return None if whole else FileProblem("MODEL3D_VALIDATION_ERROR", "Model failed validation.")
    whole = fetched.content[4:8] == b"ftyp"
    return (
        None if whole else FileProblem("VIDEO_INVALID_FILETYPE_ERROR", "The video has an invalid file type.")
    )


def _picture_problem(fetched: StoredBytes | None) -> FileProblem | None:
    if fetched is None:
        return FileProblem("IMAGE_DOWNLOAD_FAILURE", "The image could not be downloaded.")
    if len(fetched.content) > _MOST_IMAGE_BYTES:
        return FileProblem("INVALID_IMAGE_FILE_SIZE", "The image size is too large.")
    try:
        facts = read_picture(fetched.content)
    except NoPicture as broken:
        return FileProblem("IMAGE_PROCESSING_FAILURE", "The image could not be processed.", str(broken))
    if facts.width * facts.height > _MOST_PIXELS:
        return FileProblem("INVALID_IMAGE_RESOLUTION", "The image exceeds the maximum resolution of 20 MP.")
    return None
