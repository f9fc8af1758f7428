"""Rules and settings: the default is whole, and every fault in one's own is named."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from document_renderer.rules import CHANGES, Kind, read_rules
from document_renderer.settings import RendererSettings
from muniment_kit.errors import SettingsError
from tests.unit.document_renderer.desk import SETTINGS, Desk
from tests.unit.document_renderer.orders import Draft

DEFAULT = {change: [str(kind) for kind in kinds] for change, kinds in read_rules().items()}


def _written(folder: Path, rules: object) -> Path:
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump(rules), encoding="utf-8")
    return path


def test_the_default_rules_name_every_change_and_keep_every_event() -> None:
    rules = read_rules()
    assert set(rules) == set(CHANGES)
    assert all(Kind.SOURCE_EVENT in kinds for kinds in rules.values())


async def test_an_invoice_can_be_issued_when_the_order_is_placed(tmp_path: Path) -> None:
    path = _written(tmp_path, DEFAULT | {"order.created": ["invoice", "source-event"]})
    desk = Desk(rules_path=path)
    await desk.hears("order.created", Draft())
    assert desk.documents == ["INV-1001"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"order.sold": []}, "order.sold is no change we know"),
        ({"order.paid": None}, "order.paid needs a list of kinds"),
        ({"order.paid": ["bill", "source-event"]}, "order.paid: bill is no kind we know"),
        ({"order.paid": ["credit-note", "source-event"]}, "credit-note can only be issued on refund.created"),
        ({"order.paid": ["invoice"]}, "order.paid: source-event must be among its kinds"),
    ],
)
def test_a_fault_in_the_rules_is_named(change: dict[str, object], fault: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=fault):
        read_rules(_written(tmp_path, DEFAULT | change))


@pytest.mark.parametrize("content", ["- a\n- b\n", "{", "\x00"])
def test_a_file_that_is_no_mapping_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"rules\.yaml"):
        read_rules(path)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("number_prefixes", {"invoice": "CN"}),
        ("number_prefixes", {"invoice": "a b"}),
        ("default_language", "klingon"),
        ("seller_address_lines", ()),
        ("inline_limit_bytes", 10**9),
        ("rules_path", "/nowhere/rules.yaml"),
    ],
)
def test_a_wrong_setting_is_refused(setting: str, value: object) -> None:
    with pytest.raises(ValidationError, match=setting):
        RendererSettings(**(SETTINGS | {setting: value}))
