"""What a GraphQL answer of Shopify says: data, errors, cost. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from muniment_shopify.cost_bucket import Cost, ThrottleStatus

THROTTLED = "THROTTLED"
ACCESS_DENIED = "ACCESS_DENIED"
INTERNAL = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT"})


@dataclass(frozen=True, slots=True)
class GraphqlError:
    """One entry of ``errors``. ``path`` leads to the field it is about; ``()`` means the whole query.

    ``message`` is Shopify's text and may name values of the shop: it goes into no log.
    """

    code: str
    path: tuple[str | int, ...]
    message: str = field(repr=False)

    @property
    def is_access_denied(self) -> bool:
        """Tell whether the app lacks a scope for this field."""
        return self.code == ACCESS_DENIED


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to one operation. Where a field has an error, the rest of ``data`` is there all the same."""

    data: Mapping[str, Any] = field(repr=False)
    errors: tuple[GraphqlError, ...] = ()
    cost: Cost | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A GraphQL answer before it is judged; ``data`` is ``None`` when nothing was carried out."""

    data: Mapping[str, Any] | None
    errors: tuple[GraphqlError, ...]
    cost: Cost | None

    def has(self, *codes: str) -> bool:
        """Tell whether one of the errors has one of ``codes``."""
        return any(error.code in codes for error in self.errors)


def parse_envelope(content: object) -> Envelope | None:
    """Read a parsed JSON answer; ``None`` when it is no GraphQL answer at all."""
    if not isinstance(content, dict) or not ("data" in content or "errors" in content):
        return None
    data = content.get("data")
    if data is not None and not isinstance(data, dict):
        return None
    return Envelope(data, tuple(_errors(content.get("errors"))), _cost(content.get("extensions")))


def _errors(entries: object) -> Sequence[GraphqlError]:
    if isinstance(entries, str):  # authentication and not-found answers carry a bare sentence
        return [GraphqlError("", (), entries)]
    if not isinstance(entries, list):
        return []
    return [_error(entry) for entry in entries]


def _error(entry: object) -> GraphqlError:
    fields = entry if isinstance(entry, dict) else {}
    extensions = fields.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    path = fields.get("path")
    steps = tuple(step for step in path if isinstance(step, str | int)) if isinstance(path, list) else ()
    return GraphqlError(str(code or ""), steps, str(fields.get("message", "")))


def _cost(extensions: object) -> Cost | None:
    cost = extensions.get("cost") if isinstance(extensions, dict) else None
    status = cost.get("throttleStatus") if isinstance(cost, dict) else None
    if not isinstance(cost, dict) or not isinstance(status, dict):
        return None
    requested = _number(cost.get("requestedQueryCost"))
    throttle = ThrottleStatus(
        _number(status.get("maximumAvailable")),
        _number(status.get("currentlyAvailable")),
        _number(status.get("restoreRate")),
    )
    if throttle.maximum <= 0 or throttle.restore_rate <= 0:
        return None
    actual = cost.get("actualQueryCost")
    return Cost(requested, None if actual is None else _number(actual), throttle)


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0
