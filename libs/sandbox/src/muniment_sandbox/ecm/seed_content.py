"""The documents of a seed: files of ``seeds/content`` with a category, its values given by attribute name."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from importlib import resources
from typing import Any

from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.creation import NewNode
from muniment_sandbox.ecm.state.definitions import CategoryDefinition
from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.upload import Upload

_FILES = resources.files("muniment_sandbox.ecm") / "seeds" / "content"


def sow_document(state: EcmState, given: Mapping[str, Any], folder: Node, by: int) -> Node:
    """Put one file into a folder; ``by`` is who does it."""
    name = given["file"]
    definition = state.categories.named(given["category"])
    mime_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    upload = Upload(name, mime_type, (_FILES / name).read_bytes())
    new = NewNode(
        folder.id,
        Subtype.DOCUMENT,
        given["name"],
        description=given.get("description", ""),
        categories={_key(definition, key): value for key, value in given["values"].items()},
        upload=upload,
    )
    return state.creation.create(new, by)


def _key(definition: CategoryDefinition, name: str) -> str:
    for item in definition.items:
        if item.name == name:
            return f"{definition.id}_{item.id}"
    message = f"the category {definition.name} has no attribute '{name}'"
    raise ValueError(message)
