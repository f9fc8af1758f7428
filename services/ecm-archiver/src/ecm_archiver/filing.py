"""Where a document goes and under which metadata: document → plan, pure.

Which folder a kind belongs to is data (``folders.yaml``), and so is the RM classification that makes it a
record (``classifications.yaml``); names of categories and attributes are those of the ECM model
(``docs/how-to/prepare-content-server.md``).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from muniment_contracts.bodies import DocumentProduced
from muniment_contracts.events import deterministic_id
from muniment_ecm.attributes import Value
from muniment_ecm.filing_plan import FilingPlan, Sort, WorkspacePlan
from muniment_kit.errors import Rejected


def plan_filing(document: DocumentProduced) -> FilingPlan:
    """Return where ``document`` is filed. Raises ``Rejected`` for a kind that no folder is named for."""
    return FilingPlan(
        workspace=_workspace(document),
        folder=(folder_of(document.kind),),
        name=document.name,
        media_type=document.media_type,
        values=_values(document),
        sort=Sort(document.sort),
        sha256=document.content_sha256,
        record_date=document.business_date,
        effect_id=effect_id(document),
        classification=None if document.sort == Sort.LIVING else classification_of(document.kind),
    )


def folder_of(kind: str) -> str:
    """Return the folder of the workspace that documents of ``kind`` are filed in."""
    try:
        return _by_kind("folders.yaml")[kind]
    except KeyError:
        raise Rejected(
            f"No folder is named for documents of kind {kind!r}; add it to folders.yaml."
        ) from None


def classification_of(kind: str) -> str | None:
    """Return the RM classification of documents of ``kind``, ``None`` where they are to be no records."""
    return _by_kind("classifications.yaml").get(kind)


def all_classifications() -> tuple[str, ...]:
    """Return every RM classification that some kind of document has."""
    return tuple(sorted(set(_by_kind("classifications.yaml").values())))


def effect_id(document: DocumentProduced) -> str:
    """Return the id of the effect "this content is filed under this number": the same on every delivery."""
    return deterministic_id(
        document.workspace.business_object_type,
        document.workspace.business_object_id,
        document.kind,
        document.number,
        document.content_sha256,
        "file",
    )


def _workspace(document: DocumentProduced) -> WorkspacePlan:
    facts = document.workspace
    return WorkspacePlan(
        business_object_type=facts.business_object_type,
        business_object_id=facts.business_object_id,
        name=facts.name,
        updated_at=facts.updated_at,
        values=dict(facts.attributes),
    )


def _values(document: DocumentProduced) -> Mapping[str, Value]:
    values: dict[str, Value] = {
        "Kind": document.kind,
        "Number": document.number,
        "Business date": document.business_date,
        "Event id": document.origin_event_id,
        "Template version": document.template_version,
    }
    if document.refers_to is not None:
        values["Refers to"] = document.refers_to
    return values


@cache
def _by_kind(file: str) -> Mapping[str, str]:
    text = resources.files("ecm_archiver").joinpath(file).read_text(encoding="utf-8")
    found: dict[str, str] = yaml.safe_load(text)
    return found
