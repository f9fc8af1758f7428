"""The GraphQL operations this client knows: files in ``operations/``, read and hashed once, at import.

A file holds one operation and may spread fragments of ``operations/fragments/``, which are added when it is
read.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from types import MappingProxyType
from typing import Literal

_HEAD = re.compile(r"^(query|mutation)\s+(\w+)", re.MULTILINE)
_SPREAD = re.compile(r"\.\.\.\s*(?!on\b)(\w+)")
_COMMENT = re.compile(r"^\s*#.*\n", re.MULTILINE)
_FOLDER = resources.files("muniment_shopify").joinpath("operations")


@dataclass(frozen=True, slots=True)
class Operation:
    """One GraphQL document. ``name`` is its file's, ``operation_name`` the one inside, ``sha256`` of
    ``text``.
    """

    name: str
    kind: Literal["query", "mutation"]
    operation_name: str
    text: str = field(repr=False)
    sha256: str = field(repr=False)


def operation(name: str) -> Operation:
    """Return the operation of file ``name``. Raises ``KeyError`` when there is none."""
    return OPERATIONS[name]


def _read_all() -> Iterator[Operation]:
    for file in sorted(_FOLDER.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".graphql"):
            yield _read(file.name.removesuffix(".graphql"), file.read_text(encoding="utf-8"))


def _read(name: str, source: str) -> Operation:
    text = _with_fragments(_COMMENT.sub("", source))
    heads = _HEAD.findall(text)
    if len(heads) != 1:
        raise ValueError(f"operations/{name}.graphql must hold exactly one named query or mutation.")
    kind, operation_name = heads[0]
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Operation(name, "mutation" if kind == "mutation" else "query", operation_name, text, digest)


def _with_fragments(source: str) -> str:
    fragments: dict[str, str] = {}
    missing = _SPREAD.findall(source)
    while missing:
        name = missing.pop()
        if name not in fragments:
            file = _FOLDER.joinpath("fragments", f"{name}.graphql")
            fragments[name] = _COMMENT.sub("", file.read_text(encoding="utf-8"))
            missing += _SPREAD.findall(fragments[name])
    return "\n".join([source, *(fragments[name] for name in sorted(fragments))])


OPERATIONS = MappingProxyType({found.name: found for found in _read_all()})
