"""Which change issues which documents: data with a sound default, checked when it is read."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from pathlib import Path

import yaml

from muniment_kit.errors import SettingsError


class Kind(StrEnum):
    """Kinds of documents this service makes."""

    ORDER_CONFIRMATION = "order-confirmation"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    PAYMENT_RECORD = "payment-record"
    SHIPPING_CONFIRMATION = "shipping-confirmation"
    SOURCE_EVENT = "source-event"


Rules = Mapping[str, tuple[Kind, ...]]

CHANGES = (
    "order.created",
    "order.updated",
    "order.edited",
    "order.paid",
    "order.cancelled",
    "order.deleted",
    "payment.recorded",
    "refund.created",
    "shipment.created",
)
# These kinds tell of one part of the order, so only a change that names such a part can issue them.
_NEEDS = {
    Kind.CREDIT_NOTE: "refund.created",
    Kind.PAYMENT_RECORD: "payment.recorded",
    Kind.SHIPPING_CONFIRMATION: "shipment.created",
}


def read_rules(path: Path | None = None) -> Rules:
    """Return the rules of the file at ``path``, or the default. Raises SettingsError with every fault."""
    where = str(path) if path else "the default rules"
    try:
        text = (path or Path(str(resources.files("document_renderer") / "rules.yaml"))).read_text(
            encoding="utf-8"
        )
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        fault = f"{where} cannot be read as YAML ({type(error).__name__})"
        raise SettingsError([fault]) from None
    if not isinstance(content, dict):
        raise SettingsError([f"{where} must map changes to lists of kinds"])
    faults = [f"{where}: {fault}" for fault in _faults(content)]
    if faults:
        raise SettingsError(faults)
    return {change: tuple(Kind(kind) for kind in content[change]) for change in CHANGES}


def _faults(content: dict[str, object]) -> list[str]:
    faults = [f"{change} is no change we know" for change in content if change not in CHANGES]
    for change in CHANGES:
        kinds = content.get(change)
        if not isinstance(kinds, list):
            faults.append(f"{change} needs a list of kinds")
            continue
        faults += [f"{change}: {kind} is no kind we know" for kind in kinds if kind not in list(Kind)]
        faults += [
            f"{change}: {kind} can only be issued on {needed}"
            for kind, needed in _NEEDS.items()
            if kind in kinds and change != needed
        ]
        if Kind.SOURCE_EVENT not in kinds:
            faults.append(f"{change}: source-event must be among its kinds")
    return faults
