"""From what a document says to its bytes: PDF/A-3a and PDF/UA-1 by Typst, the same on every machine.

The only module that imports typst. Values reach the template as one JSON input, never as markup.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from importlib import metadata, resources
from itertools import chain
from pathlib import Path

import orjson
import typst

from document_renderer.documents.content import Cell, Content, Fact, Item, Seller, Table
from document_renderer.fonts import FONTS_FOLDER, font_families, font_files
from document_renderer.scripts import Scribe, Value
from document_renderer.wording import text_files
from muniment_kit.errors import MunimentError, Rejected

TEMPLATE = "v1"
STANDARDS: list[typst.PDFStandard] = ["a-3a", "ua-1"]


class FontsMissing(MunimentError):
    """A font that ships with this package cannot be read."""


class TypesettingFault(Rejected):
    """Typst refused a finished document: a fault of ours, but one that must not hold up other orders."""


@dataclass(frozen=True, slots=True)
class Source:
    """All that Typst reads beside the template."""

    inputs: Mapping[str, str]
    timestamp: int


class Typesetter:
    """Holds fonts and template for the life of the process; may be used from several threads.

    Typst's own kept ``Compiler`` is no faster than its function, and refuses a second thread.
    """

    def __init__(self) -> None:
        folder = resources.files("document_renderer") / "templates" / TEMPLATE
        self.template = Path(str(folder / "document.typ"))
        self.fonts = _load_fonts()
        self._scribe = Scribe.of_shipped_fonts()

    @cached_property
    def template_version(self) -> str:
        """Name the template, and in eight digits what shapes a page: template, texts, fonts, Typst, babel."""
        digest = hashlib.sha256("/".join(map(metadata.version, ("typst", "babel"))).encode())
        for path in (self.template, *text_files(), *chain.from_iterable(font_files())):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        return f"{TEMPLATE}-{digest.hexdigest()[:8]}"

    def source(self, content: Content, *, snapshot: bytes, at: datetime, locale_tag: str) -> Source:
        """Return what Typst is to read: every value made showable in the shipped fonts."""
        page = _page(content, self._scribe.for_locale(locale_tag))
        text = orjson.dumps(page).decode()
        fonts = orjson.dumps(self._scribe.families_for(text)).decode()
        inputs = {"content": text, "fonts": fonts, "snapshot": snapshot.decode()}
        return Source(inputs, int(at.timestamp()))

    def pdf(self, content: Content, *, snapshot: bytes, at: datetime, locale_tag: str) -> bytes:
        """Return the PDF of ``content`` with ``snapshot`` embedded, dated ``at``."""
        return self.set(self.source(content, snapshot=snapshot, at=at, locale_tag=locale_tag))

    def set(self, source: Source) -> bytes:
        """Return the PDF of a finished source. Raises TypesettingFault."""
        try:
            pdf = typst.compile(
                self.template,
                root=self.template.parent,
                font_paths=self.fonts,
                ignore_system_fonts=True,
                sys_inputs=dict(source.inputs),
                format="pdf",
                pdf_standards=STANDARDS,
                timestamp=source.timestamp,
            )
        except typst.TypstError as error:
            # Typst quotes the text it stumbled over, which may be personal: only its first words are kept.
            reason = error.message.split('"')[0].strip()
            raise TypesettingFault(f"Typst refused a document of template {TEMPLATE}: {reason}.") from None
        assert isinstance(pdf, bytes)
        return pdf


def _load_fonts() -> typst.Fonts:
    """Return the shipped fonts, and no others. None may be missing: Typst would leave its text out."""
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS_FOLDER])
    missing = sorted(set(font_families()) - set(fonts.families()))
    if missing:
        names = ", ".join(missing)
        raise FontsMissing(f"These shipped fonts cannot be read: {names}. Install the package again.")
    return fonts


def _page(content: Content, scribe: Scribe) -> dict[str, object]:
    show = scribe.show
    return {
        "lang": content.language,
        "title": scribe.plain(content.title),
        "author": scribe.plain(content.seller.name),
        "seller": {
            "name": show(content.seller.name),
            "lines": [show(line) for line in _contact(content.seller)],
        },
        "facts": _facts(content.facts, scribe),
        "parties": [{"label": p.label, "lines": [show(line) for line in p.lines]} for p in content.parties],
        "lead": [show(line) for line in content.lead],
        "details": _facts(content.details, scribe),
        "lines": _table(content.lines, scribe) if content.lines else None,
        "sums": [
            {"label": show(s.label), "value": show(s.value), "strength": s.strength} for s in content.sums
        ],
        "tables": [_table(table, scribe) for table in content.tables],
        "notes": [show(note) for note in content.notes],
        "footer": [[show(line) for line in block] for block in content.footer],
        "page": list(content.page_label),
        "attachment": content.attachment,
    }


def _contact(seller: Seller) -> Sequence[str]:
    return [*seller.address_lines, *(line for line in (seller.email, seller.website) if line)]


def _facts(facts: Sequence[Fact], scribe: Scribe) -> list[dict[str, object]]:
    return [{"label": fact.label, "value": scribe.show(fact.value)} for fact in facts]


def _table(table: Table, scribe: Scribe) -> dict[str, object]:
    return {
        "caption": table.caption,
        "columns": [{"label": c.label, "align": c.align, "wide": c.wide} for c in table.columns],
        "rows": [
            {"cells": [_cell(cell, scribe) for cell in row], "long": _is_long(row)} for row in table.rows
        ],
    }


def _is_long(row: Sequence[Cell]) -> bool:
    """Say whether a row may be higher than a page, and so must break."""
    return any(
        len("".join((cell.main, *cell.small) if isinstance(cell, Item) else cell)) > 600 for cell in row
    )


def _cell(cell: Cell, scribe: Scribe) -> Value | dict[str, object]:
    if isinstance(cell, Item):
        return {"main": scribe.show(cell.main), "small": [scribe.show(line) for line in cell.small]}
    return scribe.show(cell)
