"""Turns each change of an order into the documents it calls for."""

from __future__ import annotations

import asyncio
import hashlib
from functools import partial

from document_renderer.rendering import Rendered, Renderer
from document_renderer.rules import read_rules
from document_renderer.settings import RendererSettings
from document_renderer.typesetting import Typesetter
from document_renderer.workspace import workspace_facts
from document_renderer.writing import Writer
from muniment_contracts.bodies import DocumentProduced, OrderChange, WorkspaceFacts
from muniment_contracts.events import Event, caused_by, deterministic_id
from muniment_contracts.topics import Topic
from muniment_kit.blobs import Blobs
from muniment_kit.outcomes import Done
from muniment_kit.service import Service

NAME = "document-renderer"
_TOPICS = (Topic.COMMERCE_ORDERS, Topic.COMMERCE_PAYMENTS, Topic.COMMERCE_REFUNDS, Topic.COMMERCE_SHIPMENTS)


def build_app(settings: RendererSettings, *, typesetter: Typesetter, blobs: Blobs) -> Service:
    """Return the service: the four commerce topics of an order in, documents out."""
    renderer = Renderer(
        typesetter,
        Writer(settings.seller, settings.default_language),
        rules=read_rules(settings.rules_path),
        prefixes=settings.prefixes,
    )
    handler = partial(
        produce_documents, renderer=renderer, blobs=blobs, inline_limit_bytes=settings.inline_limit_bytes
    )
    return Service(NAME, dict.fromkeys(_TOPICS, handler), publishes=[Topic.DOCUMENTS_PRODUCED])


async def produce_documents(
    event: Event[OrderChange], *, renderer: Renderer, blobs: Blobs, inline_limit_bytes: int
) -> Done:
    """Make the documents that the change calls for; say that they are ready to be filed."""
    if not renderer.heeds(event.body):
        return Done()
    snapshot = renderer.read(event.body)
    documents = renderer.select(event, snapshot)
    workspace = workspace_facts(event.body, snapshot)
    rendered = await asyncio.to_thread(lambda: list(renderer.render(event, snapshot, documents)))
    return Done(*[await _produced(event, each, workspace, blobs, inline_limit_bytes) for each in rendered])


async def _produced(
    event: Event[OrderChange],
    rendered: Rendered,
    workspace: WorkspaceFacts,
    blobs: Blobs,
    inline_limit_bytes: int,
) -> Event[DocumentProduced]:
    content, selected = rendered.content, rendered.selected
    sha256 = hashlib.sha256(content).hexdigest()
    is_inline = len(content) <= inline_limit_bytes
    blob = None if is_inline else await blobs.put(f"documents/{event.body.shop}/{selected.number}", content)
    body = DocumentProduced(
        shop=event.body.shop,
        kind=selected.kind,
        sort="issued",
        number=selected.number,
        name=rendered.name,
        title=rendered.title,
        language=rendered.language,
        media_type=rendered.media_type,
        business_date=rendered.business_date,
        template_version=rendered.template_version,
        content_sha256=sha256,
        size_bytes=len(content),
        origin_event_id=event.id,
        origin_event_type=event.type,
        workspace=workspace,
        content=content if is_inline else None,
        blob=blob,
        refers_to=selected.refers_to,
    )
    return caused_by(
        event,
        body,
        topic=Topic.DOCUMENTS_PRODUCED,
        id=deterministic_id(event.id, selected.kind, selected.number, sha256),
        type="document.produced",
        source=NAME,
    )
