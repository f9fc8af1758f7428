"""Which judge a topic has, and what it needs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from document_renderer.app import build_app as build_renderer
from document_renderer.settings import RendererSettings
from document_renderer.typesetting import Typesetter
from ecm_archiver.content_server import connect
from ecm_archiver.settings import EcmArchiverSettings
from muniment_contracts.codec import Codec
from muniment_contracts.topics import Topic
from muniment_ecm import ContentServer
from muniment_ecm.errors import NodeNotAccessible
from muniment_kit.blobs import Blobs
from muniment_kit.kafka.window import WindowReader
from muniment_kit.settings import KitSettings, read
from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.commerce_judge import CommerceJudge
from muniment_ops.replay.documents_judge import DocumentsJudge, FiledContent
from muniment_ops.replay.flows import flow_of
from muniment_ops.replay.handlers import ForgetfulBlobs, handler_of
from muniment_ops.replay.hooks_judge import HooksJudge
from muniment_ops.replay.judging import Judge
from muniment_ops.replay.plan import Plan
from muniment_ops.replay.published import Answers, DeadLetters, Deliveries


async def judge_of(
    plan: Plan,
    reader: WindowReader,
    settings: KitSettings,
    *,
    codec: Codec,
    content: FiledContent | None,
    show_personal: bool,
) -> Judge:
    """Return the judge of the plan's topic, its dead letters read; ``reader`` becomes its own.

    Raises ``SettingsError`` when the handler's own settings are missing.
    """
    flow = flow_of(plan.topic)
    prefix = settings.topic_prefix
    answers = Answers(reader, plan, {f"{prefix}{topic}": topic for topic in flow.answers}, codec)
    dead_letters = DeadLetters(reader, plan, f"{prefix}{flow.dead_letters}")
    await dead_letters.survey()
    if content is not None and plan.topic != Topic.DOCUMENTS_PRODUCED:
        raise WrongUse(f"Only {Topic.DOCUMENTS_PRODUCED} can be compared with the ECM.")
    if plan.topic == Topic.DOCUMENTS_PRODUCED:
        return DocumentsJudge(
            plan.topic,
            answers=answers,
            blobs=Blobs(settings.blobs_url),
            content=content,
            dead_letters=dead_letters,
            codec=codec,
            show_personal=show_personal,
        )
    deliveries = Deliveries(reader, plan)
    if plan.topic == Topic.SHOPIFY_HOOKS:
        return HooksJudge(
            plan.topic,
            plan,
            answers=answers,
            deliveries=deliveries,
            dead_letters=dead_letters,
            codec=codec,
            show_personal=show_personal,
            blobs=Blobs(settings.blobs_url),
        )
    renderer = build_renderer(read(RendererSettings), typesetter=Typesetter(), blobs=ForgetfulBlobs())
    return CommerceJudge(
        plan.topic,
        handler_of(renderer, plan.topic),
        answers=answers,
        deliveries=deliveries,
        dead_letters=dead_letters,
        codec=codec,
        show_personal=show_personal,
    )


@asynccontextmanager
async def ecm_content() -> AsyncIterator[FiledContent]:
    """Yield the reader of what the ECM holds, by the archiver's own settings; it writes nothing."""
    server = connect(read(EcmArchiverSettings))
    try:
        yield _EcmContent(server)
    finally:
        await server.close()


class _EcmContent:
    def __init__(self, server: ContentServer) -> None:
        self._server = server

    async def sha256(self, node_id: int, version_number: int) -> str | None:
        try:
            return (await self._server.documents.content_hash(node_id, version_number)).sha256
        except NodeNotAccessible:
            return None
