"""What the demo shop's products show from the start: pictures, a specification sheet, metafields.

The pictures and sheets are drawn here, always the same ones.
"""

from __future__ import annotations

import struct
import zlib
from functools import cache
from math import isqrt

from muniment_sandbox.shopify.state.catalogue import Product
from muniment_sandbox.shopify.state.files import READY, GenericFile, MediaImage, ShopFile
from muniment_sandbox.shopify.state.ledger import Ledger
from muniment_sandbox.shopify.state.metafield_definitions import (
    DefinitionWish,
    MetafieldAccess,
    define_metafield,
)
from muniment_sandbox.shopify.state.metafields import Metafield
from muniment_sandbox.shopify.state.processing_files import hold

SPEC_SHEET_KEY = ("specs", "data_sheet")
_SIDE = 480
_TINTS = ((47, 111, 98), (122, 63, 134), (42, 93, 159), (138, 90, 0), (163, 48, 43), (37, 115, 74))


def define_product_metafields(books: Ledger) -> None:
    """Define what the shop itself notes on its products."""
    access = MetafieldAccess(storefront="PUBLIC_READ")
    for key, name, kind in (
        (SPEC_SHEET_KEY[1], "Data sheet", "file_reference"),
        ("material", "Material", "single_line_text_field"),
    ):
        wish = DefinitionWish(
            owner_type="PRODUCT", namespace=SPEC_SHEET_KEY[0], key=key, name=name, type=kind, access=access
        )
        define_metafield(books, wish)


def furnish(books: Ledger, product: Product, place: int, material: str | None) -> None:
    """Give a product its pictures, and what is made of something its data sheet."""
    for view in range(2):
        name = f"{product.handle}-{view + 1}.png"
        words = f"{product.title}, {'front' if view == 0 else 'detail'}"
        file = _ready(books, MediaImage, name, words)
        hold(books, file, drawing(place, view), "image/png")
        product.gallery.append(file)
    if material:
        sheet = _ready(books, GenericFile, f"{product.handle}-data-sheet.pdf", "Data sheet")
        hold(books, sheet, data_sheet(product.handle), "application/pdf")
        _note(books, product, SPEC_SHEET_KEY[1], "file_reference", sheet.id)
        _note(books, product, "material", "single_line_text_field", material)


@cache
def drawing(place: int, view: int) -> bytes:
    """Return a PNG of a product: a ring or a frame on a quiet ground, in a tint of its own."""
    tint = _TINTS[place % len(_TINTS)]
    pale = bytes((channel + 4 * 255) // 5 for channel in tint)
    palette = pale + bytes(tint) + b"\xff\xff\xff"
    half, radius = _SIDE // 2, 130 + place % 5 * 12
    rows = bytearray()
    for y in range(_SIDE):
        reach, inner = (_reach(abs(y - half), size, view) for size in (radius, radius - 60))
        side, ring = half - reach, reach - inner
        rows += b"\0" + b"\0" * side + b"\1" * ring + b"\2" * (2 * inner) + b"\1" * ring + b"\0" * side
    header = struct.pack(">IIBBBBB", _SIDE, _SIDE, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


@cache
def data_sheet(title: str) -> bytes:
    """Return a PDF of one page that says whose data sheet it is."""
    text = f"BT /F1 24 Tf 72 720 Td (Data sheet: {title}) Tj ET".encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    document, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    at = len(document)
    document += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    document += b"".join(b"%010d 00000 n \n" % place for place in places)
    document += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at)
    return bytes(document)


def _reach(height: int, size: int, view: int) -> int:
    """Return how far a disc (view 0) or a square reaches to both sides at a height over its middle."""
    if height >= size:
        return 0
    return size if view else isqrt(size * size - height * height)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _ready(books: Ledger, kind: type[ShopFile], name: str, alt: str) -> ShopFile:
    now = books.clock.now()
    file = kind(
        number=books.numbers.next(kind.gid_type),
        alt=alt,
        filename=name,
        source="",
        created_at=now,
        updated_at=now,
        file_status=READY,
        locked=False,
    )
    return books.register(file)


def _note(books: Ledger, product: Product, key: str, kind: str, value: str) -> None:
    field = Metafield(
        number=books.numbers.next("Metafield"),
        namespace=SPEC_SHEET_KEY[0],
        key=key,
        type=kind,
        value=value,
        updated_at=books.clock.now(),
        owner_type=product.owner_type,
    )
    product.own_metafields.append(books.register(field))
