"""The compatibility check passes what every version can read, and finds the rest."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.contract.contracts.released_schemas import FIRST
from tools.schema_checks.compatibility import version_faults


def changed(change: Callable[[list[Any]], object]) -> Any:
    """Return a second version of the record, its fields changed."""
    second = copy.deepcopy(FIRST)
    change(second["fields"])
    return second


COMPATIBLE = {
    "nothing": lambda _: None,
    "optional-field-added": lambda fields: fields.append(
        {"name": "colour", "type": ["null", "string"], "default": None}
    ),
    "field-with-default-added": lambda fields: fields.append(
        {"name": "done", "type": "boolean", "default": False}
    ),
    "optional-field-removed": lambda fields: fields.pop(3),
    "fields-reordered": lambda fields: fields.reverse(),
    "optional-field-in-nested-record": lambda fields: fields[4]["type"]["items"]["fields"].append(
        {"name": "size", "type": ["null", "long"], "default": None}
    ),
}

INCOMPATIBLE = {
    "required-field-added": lambda fields: fields.append({"name": "colour", "type": "string"}),
    "required-field-removed": lambda fields: fields.pop(0),
    "field-renamed": lambda fields: fields[0].update(name="identity"),
    "type-changed": lambda fields: fields[1].update(type="string"),
    "type-widened-one-way": lambda fields: fields[1].update(type="double"),
    "made-optional": lambda fields: fields[0].update(type=["null", "string"], default=None),
    "branch-added": lambda fields: fields[3].update(type=["null", "string", "long"]),
    "time-became-a-number": lambda fields: fields[2].update(type="long"),
    "precision-changed": lambda fields: fields[2]["type"].update(logicalType="timestamp-micros"),
    "required-field-in-nested-record": lambda fields: fields[4]["type"]["items"]["fields"].append(
        {"name": "size", "type": "long"}
    ),
}


@pytest.mark.parametrize("change", COMPATIBLE.values(), ids=COMPATIBLE)
def test_compatible_change_passes(change: Callable[[list[Any]], object]) -> None:
    assert version_faults("test.Thing", [FIRST, changed(change)]) == []


@pytest.mark.parametrize("change", INCOMPATIBLE.values(), ids=INCOMPATIBLE)
def test_incompatible_change_is_found(change: Callable[[list[Any]], object]) -> None:
    faults = version_faults("test.Thing", [FIRST, changed(change)])
    assert faults
    assert all(fault.startswith("test.Thing v") and fault.endswith(".") for fault in faults)


def test_every_version_is_compared_with_every_other_and_not_only_with_the_last() -> None:
    removed = changed(lambda fields: fields.pop(3))
    returned = changed(lambda fields: fields[3].update(type=["null", "long"]))
    assert version_faults("test.Thing", [FIRST, removed]) == []
    assert version_faults("test.Thing", [removed, returned]) == []
    assert any(
        "v1 cannot read v3" in fault for fault in version_faults("test.Thing", [FIRST, removed, returned])
    )


def test_array_of_items_without_bytes_is_refused() -> None:
    empty = {"type": "record", "name": "Nothing", "fields": []}
    second = changed(
        lambda fields: fields.append({"name": "x", "type": {"type": "array", "items": empty}, "default": []})
    )
    assert any("take no bytes" in fault for fault in version_faults("test.Thing", [second]))
