"""Reads a PDF back with pypdf, a reader that is not ours and not Typst's."""

from __future__ import annotations

import io
import re

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

INVISIBLE = re.compile(r"[\s\u200b]+")


class ReadBack:
    """What an independent reader finds in a PDF."""

    def __init__(self, pdf: bytes) -> None:
        self._reader = PdfReader(io.BytesIO(pdf))

    @property
    def pages(self) -> list[str]:
        return [page.extract_text() for page in self._reader.pages]

    @property
    def text(self) -> str:
        return "\n".join(self.pages)

    @property
    def closed_up(self) -> str:
        """All text without spaces, line breaks and break opportunities."""
        return INVISIBLE.sub("", self.text)

    @property
    def title(self) -> str | None:
        return self._reader.metadata.title if self._reader.metadata else None

    @property
    def language(self) -> str:
        return str(self._root["/Lang"])

    @property
    def xmp(self) -> str:
        metadata = self._root["/Metadata"].get_object()
        assert isinstance(metadata, StreamObject)
        return metadata.get_data().decode()

    @property
    def attachments(self) -> dict[str, bytes]:
        return {name: contents[0] for name, contents in self._reader.attachments.items()}

    @property
    def relationships(self) -> list[str]:
        files = self._root["/AF"]
        assert isinstance(files, ArrayObject)
        return [str(_dictionary(file.get_object())["/AFRelationship"]) for file in files]

    @property
    def _root(self) -> DictionaryObject:
        return _dictionary(self._reader.trailer["/Root"])


def _dictionary(found: object) -> DictionaryObject:
    assert isinstance(found, DictionaryObject)
    return found
