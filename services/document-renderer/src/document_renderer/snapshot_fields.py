"""Reads values out of parsed JSON strictly: what is missing or of another type is named by its path."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TypeVar

from document_renderer.money import parse_amount
from muniment_kit.errors import Rejected

T = TypeVar("T")


class SnapshotFault(Rejected):
    """The snapshot is not what its contract says. The message names the field, never its value."""

    def __init__(self, path: str, fault: str) -> None:
        super().__init__(
            f"The snapshot's field {path} {fault}. "
            "Fetch the order again, or compare docs/reference/snapshot.md."
        )
        self.path = path


class Fields:
    """One JSON object and where it lies in the snapshot."""

    __slots__ = ("_currency", "_path", "_values")

    def __init__(self, values: object, path: str, currency: str = "") -> None:
        if not isinstance(values, dict):
            raise SnapshotFault(path or "(the whole)", "should be an object")
        self._values = values
        self._path = path
        self._currency = currency

    def in_currency(self, currency: str) -> Fields:
        """Return the same object, whose money must be of ``currency``."""
        return Fields(self._values, self._path, currency)

    def path(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def fault(self, name: str, fault: str) -> SnapshotFault:
        return SnapshotFault(self.path(name), fault)

    def text(self, name: str) -> str:
        return self._typed(name, str, "should be a text")

    def maybe_text(self, name: str) -> str | None:
        """Return the text, or ``None`` if it is null, absent or blank."""
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.fault(name, "should be a text or null")
        return value if value.strip() else None

    def whole(self, name: str) -> int:
        value = self._typed(name, int, "should be a whole number")
        if isinstance(value, bool) or value < 0:
            raise self.fault(name, "should be a whole number of zero or more")
        return value

    def flag(self, name: str) -> bool:
        return self._typed(name, bool, "should be true or false")

    def moment(self, name: str) -> datetime:
        """Return the time in UTC. Shopify writes ISO 8601 with an offset."""
        moment = self.maybe_moment(name)
        if moment is None:
            raise self.fault(name, "is missing")
        return moment

    def maybe_moment(self, name: str) -> datetime | None:
        text = self.maybe_text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise self.fault(name, "should be an ISO 8601 time") from None
        if moment.tzinfo is None:
            raise self.fault(name, "should say its offset from UTC")
        return moment.astimezone(UTC)

    def rate(self, name: str) -> Decimal:
        """Return a tax rate as a fraction: 0.19 for 19 %."""
        value = self._values.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float, str)):
            raise self.fault(name, "should be a rate such as 0.19")
        try:
            rate = Decimal(str(value))
        except InvalidOperation:
            raise self.fault(name, "should be a rate such as 0.19") from None
        if not rate.is_finite() or not 0 <= rate <= 10:
            raise self.fault(name, "should be a rate between 0 and 10")
        return rate

    def money(self, name: str) -> Decimal:
        """Return the presentment money of the money bag ``name``: what the buyer saw and paid."""
        amount = self.maybe_money(name)
        if amount is None:
            raise self.fault(name, "is missing")
        return amount

    def maybe_money(self, name: str) -> Decimal | None:
        bag = self._values.get(name)
        if bag is None:
            return None
        money = Fields(bag, self.path(name)).child("presentmentMoney")
        currency = money.text("currencyCode")
        if currency != self._currency:
            raise money.fault("currencyCode", "is not the order's presentment currency")
        try:
            return parse_amount(money.text("amount"), currency)
        except ValueError as fault:
            raise money.fault("amount", f"is no amount: {fault}") from None

    def child(self, name: str) -> Fields:
        if name not in self._values:
            raise self.fault(name, "is missing")
        return Fields(self._values[name], self.path(name), self._currency)

    def maybe_child(self, name: str) -> Fields | None:
        value = self._values.get(name)
        return None if value is None else Fields(value, self.path(name), self._currency)

    def objects(self, name: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
        """Return what ``read`` makes of each element of the list ``name``."""
        return tuple(read(element) for element in self._elements(name))

    def nodes(self, name: str, read: Callable[[Fields], T]) -> tuple[T, ...]:
        """Like ``objects``, for a GraphQL connection: a list under ``nodes``."""
        return self.child(name).objects("nodes", read)

    def texts(self, name: str) -> tuple[str, ...]:
        values = self._list(name)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise self.fault(f"{name}[{index}]", "should be a text")
        return tuple(str(value) for value in values)

    def _elements(self, name: str) -> Iterator[Fields]:
        for index, value in enumerate(self._list(name)):
            yield Fields(value, f"{self.path(name)}[{index}]", self._currency)

    def _list(self, name: str) -> list[object]:
        return self._typed(name, list, "should be a list")

    def _typed(self, name: str, kind: type[T], fault: str) -> T:
        value = self._values.get(name)
        if value is None:
            raise self.fault(name, "is missing")
        if not isinstance(value, kind):
            raise self.fault(name, fault)
        return value
