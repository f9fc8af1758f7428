"""The shop's books: everything that exists in it, its time, and who is told when something changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol, TypeVar

from muniment_sandbox.shopify.state.clock import ShopClock
from muniment_sandbox.shopify.state.deferred import Agenda, Appointment
from muniment_sandbox.shopify.state.entities import Entity, Numbers, number_of
from muniment_sandbox.shopify.state.merchant import AppInstallation, Location, Merchant
from muniment_sandbox.shopify.state.orders import Order
from muniment_sandbox.shopify.state.refusals import NotPossible, UnknownId
from muniment_sandbox.shopify.state.subscriptions import WebhookSubscription
from muniment_sandbox.shopify.state.timeline import BasicEvent
from muniment_sandbox.shopify.state.transactions import TenderTransaction

__all__ = ["Ledger", "NotPossible", "Occurrence", "UnknownId"]

E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """Something a hook can be about. ``topic`` is the header form; several of one action share
    ``event_id``.
    """

    topic: str
    subject: Entity
    event_id: str
    triggered_at: datetime


class Registrar(Protocol):
    """Who keeps the list of what can be found by its global id."""

    def registered(self, entity: Entity) -> None:
        """Hear that an entity can be found from now on."""

    def forgotten(self, entity: Entity) -> None:
        """Hear that an entity cannot be found any more."""


class Ledger:
    """What every action works on. Nothing here knows HTTP or GraphQL.

    All attributes but those named in ``passing`` belong to the shop's state: values, lists and dictionaries
    of what may be kept (see :mod:`muniment_sandbox.shopify.state.kept`).
    """

    passing: ClassVar[frozenset[str]] = frozenset(
        {"agenda", "listeners", "registrar", "_announced", "_depth", "_entities", "acts"}
    )

    def __init__(
        self, merchant: Merchant, installation: AppInstallation, clock: ShopClock, numbers: Numbers
    ) -> None:
        self.merchant = merchant
        self.installation = installation
        self.clock = clock
        self.numbers = numbers
        self.first_order_sequence = 1001
        self.orders: dict[int, Order] = {}
        self.locations: list[Location] = []
        self.tender_transactions: list[TenderTransaction] = []
        self.subscriptions: list[WebhookSubscription] = []
        self.app_subscriptions: list[WebhookSubscription] = []
        self.listeners: list[Callable[[Occurrence], None]] = []
        self.appointments: dict[int, Appointment] = {}
        self.agenda = Agenda(self.appointments)
        self.previous_scopes: list[str] = []
        self.answered: dict[str, tuple[bytes, object]] = {}
        self.routing_delay_s = 1.0
        self.cancel_delay_s = 1.0
        self.file_wait_s = 1.0
        self.file_processing_s = 1.0
        self.public_url = f"https://{merchant.myshopify_domain}"
        self.registrar: Registrar | None = None
        self._entities: dict[str, dict[int, Entity]] = {}
        self.acts = 0
        self._depth = 0
        self._placed = 0
        self._announced: dict[tuple[str, int], tuple[str, Entity]] = {}

    # what exists ------------------------------------------------------------------------------------------

    def register(self, entity: E) -> E:
        """Make an entity findable by its global id."""
        self._entities.setdefault(entity.gid_type, {})[entity.number] = entity
        if self.registrar is not None:
            self.registrar.registered(entity)
        return entity

    def forget(self, entity: Entity) -> None:
        gone = self._entities.get(entity.gid_type, {}).pop(entity.number, None)
        if gone is not None and self.registrar is not None:
            self.registrar.forgotten(gone)

    def registered(self) -> Iterator[Entity]:
        """Yield every entity that can be found, of each kind the oldest first."""
        for entities in self._entities.values():
            yield from entities.values()

    def restock(self, entities: Iterable[Entity]) -> None:
        """Have these entities and no others."""
        self._entities = {}
        for entity in entities:
            self._entities.setdefault(entity.gid_type, {})[entity.number] = entity

    def derive(self) -> None:
        """Derive again what follows from the state."""
        self.agenda = Agenda(self.appointments)

    def entity(self, gid: str) -> Entity | None:
        """Return what the global id names, or None."""
        number = number_of(gid)
        return None if number is None else self._entities.get(gid.split("/")[3], {}).get(number)

    def get(self, kind: type[E], gid: str) -> E | None:
        """Return the entity if it exists and is of that kind."""
        found = self.entity(gid)
        return found if isinstance(found, kind) else None

    def all_of(self, kind: type[E]) -> list[E]:
        """Return all entities of that kind, oldest first."""
        return [
            entity for entity in self._entities.get(kind.gid_type, {}).values() if isinstance(entity, kind)
        ]

    def numbered(self, kind: type[Entity]) -> dict[int, Entity]:
        """Return everything with that kind's global ids by its number, oldest first: to be read."""
        return self._entities.get(kind.gid_type, {})

    def order_of(self, number: int) -> Order:
        """Return an order by its number; raises UnknownId."""
        if number not in self.orders:
            raise UnknownId(f"There is no order {number} in this shop.")
        return self.orders[number]

    def order_named(self, name: str) -> Order:
        """Return an order by its name, as ``#1001``; raises UnknownId."""
        for order in self.orders.values():
            if order.name == name:
                return order
        raise UnknownId(f"There is no order {name} in this shop.")

    def next_order_sequence(self) -> int:
        self._placed += 1
        return self.first_order_sequence + self._placed - 1

    # what happens -----------------------------------------------------------------------------------------

    @contextmanager
    def action(self) -> Iterator[None]:
        """One action of a person: what is announced within is told once, at its end, under one event id."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                self.acts += 1
                self._tell()

    def later(self, delay_s: float, act: Callable[..., object], *arguments: object) -> None:
        """Let ``act(*arguments)`` happen by itself once ``delay_s`` seconds of the shop's time have passed.

        ``act`` is a function of a module of the state (no lambda), and the arguments are what the shop holds,
        or the shop itself: so a data file can keep it.
        """
        self.agenda.add(self.clock.now() + timedelta(seconds=delay_s), act, *arguments)

    def catch_up(self) -> int:
        """Let everything happen that has become due; return how much that was. Not within an action."""
        return self.agenda.keep(self.clock.now()) if self._depth == 0 else 0

    def announce(self, subject: Entity, *topics: str) -> None:
        """Note that the listeners are to hear of ``subject`` when the action ends."""
        for topic in topics:
            self._announced[topic, subject.number] = (topic, subject)

    def note(self, order: Order, action: str, message: str, *, critical: bool = False) -> None:
        """Write a line into the order's timeline."""
        event = BasicEvent(
            number=self.numbers.next("BasicEvent"),
            action=action,
            message=message,
            created_at=self.clock.now(),
            subject_id=order.id,
            critical_alert=critical,
        )
        order.happenings.append(self.register(event))

    def changed(self, order: Order, *topics: str) -> None:
        """Move ``updated_at``, and announce these topics and ``orders/updated`` for the order."""
        order.touched(self.clock.now())
        self.announce(order, *topics, "orders/updated")

    def _tell(self) -> None:
        announced, self._announced = self._announced, {}
        if not self.listeners:
            return
        event_id, now = str(uuid.uuid4()), self.clock.now()
        for topic, subject in announced.values():
            for listener in self.listeners:
                listener(Occurrence(topic, subject, event_id, now))
