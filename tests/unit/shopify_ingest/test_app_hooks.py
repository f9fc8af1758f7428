"""Hooks about the app itself: scopes withdrawn are said at once, and nothing is recorded."""

from __future__ import annotations

import orjson
import pytest

from muniment_contracts.bodies import HookReceived
from muniment_contracts.events import Event
from muniment_shopify.flows import FLOWS
from shopify_ingest import app_hooks
from shopify_ingest.app_hooks import notice_app_hooks
from tests.builders.events import hook_received


class Heard:
    """A logger that keeps what is said."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, dict[str, object]]] = []

    def error(self, event: str, **more: object) -> None:
        self.said.append(("error", event, more))

    def warning(self, event: str, **more: object) -> None:
        self.said.append(("warning", event, more))

    def info(self, event: str, **more: object) -> None:
        self.said.append(("info", event, more))


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    heard = Heard()
    monkeypatch.setattr(app_hooks, "logger", heard)
    return heard


def scopes_updated(previous: list[str], current: list[str], **more: str) -> Event[HookReceived]:
    body = orjson.dumps({"id": 1, "previous": previous, "current": current})
    return hook_received("app/scopes_update", body=body, **more)  # type: ignore[arg-type]  # only verdicts


def test_a_withdrawn_scope_is_said_with_the_flows_that_stand_still(heard: Heard) -> None:
    before = ["read_draft_orders", "write_draft_orders", "unknown_scope"]
    notice_app_hooks([scopes_updated(before, ["read_draft_orders"])])
    [(level, _, more)] = heard.said
    assert level == "error"
    assert more["scopes"] == ["write_draft_orders"]


def test_a_flow_that_loses_its_last_scope_is_named(heard: Heard) -> None:
    whole = [
        scope
        for choices in (
            *FLOWS["order-archive"].reads,
            *FLOWS["order-archive"].writes,
        )
        for scope in choices
    ]
    notice_app_hooks([scopes_updated(whole, [each for each in whole if each != "read_products"])])
    [(_, _, more)] = heard.said
    assert more["flows"] == ["order-archive"]


def test_a_granted_scope_is_no_trouble(heard: Heard) -> None:
    notice_app_hooks([scopes_updated([], ["read_orders"])])
    assert [(level, more["scopes"]) for level, _, more in heard.said] == [("info", ["read_orders"])]


def test_an_app_that_was_taken_out_is_said(heard: Heard) -> None:
    notice_app_hooks([hook_received("app/uninstalled"), hook_received("orders/create")])
    assert [level for level, _, _ in heard.said] == ["error"]


def test_a_body_that_does_not_say_is_only_noted(heard: Heard) -> None:
    notice_app_hooks([hook_received("app/scopes_update", body=b'{"previous":1}')])
    notice_app_hooks([scopes_updated([], [], verdict="malformed")])
    assert [level for level, _, _ in heard.said] == ["warning"]
