"""A rendering desk in memory: it hears changes of one order and keeps what was produced."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from document_renderer.app import build_app
from document_renderer.rendering import Rendered, Renderer
from document_renderer.rules import read_rules
from document_renderer.settings import RendererSettings
from document_renderer.typesetting import Typesetter
from document_renderer.writing import Writer
from muniment_contracts.bodies import DocumentProduced, OrderChange
from muniment_contracts.events import Event
from muniment_kit.blobs import Blobs
from muniment_kit.testing import ServiceHarness
from tests.builders.events import order_change
from tests.unit.document_renderer.orders import START, Draft

SETTINGS: dict[str, Any] = {
    "seller_name": "Nordwind Möbel GmbH",
    "seller_address_lines": ("Hafenstraße 4", "20457 Hamburg"),
    "seller_email": "rechnung@nordwind.example",
    "seller_tax_id": "DE123456789",
    "seller_registration": "HRB 12345, Amtsgericht Hamburg",
    "seller_bank": "IBAN DE02 1203 0000 0000 2020 51",
}


def edit(place: int) -> str:
    """Return the gid of the edit at ``place``."""
    return f"gid://shopify/OrderEditAgreement/{place + 1}"


def refund(place: int) -> str:
    return f"gid://shopify/Refund/{place + 1}"


def money(number: int) -> str:
    """Return the gid of the transaction built with ``id=number``."""
    return f"gid://shopify/OrderTransaction/{number}"


def shipment(number: int) -> str:
    return f"gid://shopify/Fulfillment/{number}"


def changed(change: str, draft: Draft, part: str | None = None, *, minutes: float = 0) -> Event[OrderChange]:
    """Return the change of the order that ``draft`` describes, ``minutes`` after it was placed."""
    return order_change(
        change,
        snapshot=draft.bytes(),
        order_id=draft.id,
        order_name=draft.name,
        part=part,
        occurred_at=START + timedelta(minutes=minutes),
    )


class Desk:
    """Hears changes; ``documents`` are the numbers of issued documents in order, source events left out."""

    def __init__(self, **settings: Any) -> None:
        self.blobs = Blobs("memory://")
        self.app = build_app(
            RendererSettings(**(SETTINGS | settings)), typesetter=shared_typesetter(), blobs=self.blobs
        )
        self.harness = ServiceHarness(self.app)

    async def hears(self, change: str, draft: Draft, part: str | None = None) -> None:
        await self.harness.hears(changed(change, draft, part))

    @property
    def produced(self) -> list[DocumentProduced]:
        return [event.body for event in self.harness.published]

    @property
    def documents(self) -> list[str]:
        return [body.number for body in self.produced if body.kind != "source-event"]

    @property
    def source_events(self) -> list[DocumentProduced]:
        return [body for body in self.produced if body.kind == "source-event"]

    @property
    def rejections(self) -> list[str]:
        return [letter.reason for letter in self.harness.dead_letters]

    def document(self, number: str) -> DocumentProduced:
        (found,) = [body for body in self.produced if body.number == number]
        return found

    def content(self, number: str) -> bytes:
        content = self.document(number).content
        assert content is not None
        return content


def rendered(event: Event[OrderChange]) -> list[Rendered]:
    """Return the documents of one change, made by the pure heart of the service alone."""
    settings = RendererSettings(**SETTINGS)
    renderer = Renderer(
        shared_typesetter(),
        Writer(settings.seller, settings.default_language),
        rules=read_rules(),
        prefixes=settings.prefixes,
    )
    snapshot = renderer.read(event.body)
    return list(renderer.render(event, snapshot, renderer.select(event, snapshot)))


@cache
def shared_typesetter() -> Typesetter:
    """Return the one typesetter of the test process: it reads the fonts."""
    return Typesetter()
