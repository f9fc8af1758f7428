"""``muniment doctor ecm`` as an administrator uses it: prepare, run it, mend what it names, run it again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from typer.testing import CliRunner

from muniment_ops.cli import app
from muniment_ops.exit_codes import ExitCode
from muniment_sandbox.ecm.state import EcmState
from muniment_sandbox.ecm.state.nodes import Node, Subtype
from muniment_sandbox.ecm.state.rights import mask_of
from muniment_sandbox.ecm.testing import RunningEcm, threaded_ecm


@dataclass(frozen=True)
class Visit:
    """How one run ended. ``faults`` are the sentences of what is not good."""

    code: int
    faults: list[str]
    remedies: list[str]
    good: int


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RunningEcm]:
    with threaded_ecm() as running:
        monkeypatch.setenv("ECM_ARCHIVER_URL", running.url)
        monkeypatch.setenv("ECM_ARCHIVER_USERNAME", running.credentials.username)
        monkeypatch.setenv("ECM_ARCHIVER_PASSWORD", running.credentials.password)
        monkeypatch.setenv("ECM_ARCHIVER_ALLOW_PRIVATE_ADDRESSES", "true")
        yield running


def visit() -> Visit:
    ended = CliRunner().invoke(app, ["doctor", "ecm", "--json"])
    found: list[dict[str, Any]] = json.loads(ended.stdout)["findings"]
    bad = [one for one in found if one["verdict"] != "good"]
    return Visit(
        ended.exit_code,
        [one["what"] for one in bad],
        [one["remedy"] for one in bad],
        len(found) - len(bad),
    )


def node_named(state: EcmState, name: str, subtype: int) -> Node:
    return next(node for node in state.tree.all() if node.name == name and node.type == subtype)


def lacks_category(state: EcmState) -> None:
    state.tree.rename(node_named(state, "Shopify Case", Subtype.CATEGORY), "Shop Case")


def lacks_attribute(state: EcmState) -> None:
    items = state.categories.named("Shopify Document").items
    items[:] = [one for one in items if one.name != "SHA-256"]


def lacks_folder(state: EcmState) -> None:
    template = next(
        node
        for node in state.tree.all()
        if node.name == "Order" and node.type == Subtype.WORKSPACE and node.workspace_template_id == node.id
    )
    folder = state.tree.child_named(template.id, "Payment")
    assert folder is not None
    state.tree.rename(folder, "Paid")


def lacks_object_type(state: EcmState) -> None:
    kind = state.workspace_types.object_type("SHOPIFY", "case")
    assert kind is not None
    state.workspace_types.add_object_type(replace(kind, bo_type="dossier"))


def lacks_record_class(state: EcmState) -> None:
    state.tree.rename(node_named(state, "Correspondence", Subtype.RM_CLASSIFICATION), "Letters")


def lacks_map(state: EcmState) -> None:
    state.tree.rename(node_named(state, "Order Approval", Subtype.WORKFLOW_MAP), "Approval")


def lacks_right(state: EcmState) -> None:
    writer = state.members.named("muniment-writer")
    assert writer is not None
    orders = node_named(state, "Orders", Subtype.FOLDER)
    acl = orders.acl.with_assigned(writer.id, mask_of(["see", "see_contents"]))
    state.access.set_acl(orders, replace(acl, public=0, group=0), 1000)
    orders.owner_user_id = 1000


def sees_nothing_of_the_folder(state: EcmState) -> None:
    writer = state.members.named("muniment-writer")
    assert writer is not None
    orders = node_named(state, "Orders", Subtype.FOLDER)
    state.access.set_acl(orders, replace(orders.acl.with_assigned(writer.id, None), public=0, group=0), 1000)
    orders.owner_user_id = 1000


def test_what_is_prepared_needs_nothing(server: RunningEcm) -> None:
    seen = visit()
    assert (seen.code, seen.faults) == (ExitCode.DONE, [])
    assert seen.good > 25
    for_people = CliRunner().invoke(app, ["doctor", "ecm"])
    assert for_people.exit_code == ExitCode.DONE
    assert "May make Order workspaces" in for_people.stdout


@pytest.mark.parametrize(
    ("spoil", "sentence", "section"),
    [
        (lacks_category, '"Shopify Case"', "section 2"),
        (lacks_attribute, "The category has no such attribute.", "section 2"),
        (lacks_folder, "lacks the folders Payment", "section 4"),
        (lacks_object_type, "has no such business object type", "section 3"),
        (lacks_record_class, '"Correspondence"', "section 6"),
        (lacks_map, '"Order Approval"', "section 5"),
        (lacks_right, "It lacks add_items on the folder of Order workspaces.", "section 1"),
        (sees_nothing_of_the_folder, "It cannot see the folder of Order workspaces.", "section 1"),
    ],
)
def test_one_thing_that_is_missing_is_the_one_that_is_named(
    server: RunningEcm, spoil: Callable[[EcmState], None], sentence: str, section: str
) -> None:
    spoil(server.state)
    seen = visit()
    assert seen.code == ExitCode.PROBLEM_FOUND
    assert len(seen.faults) == 1, seen.faults
    assert sentence in seen.faults[0]
    assert section in seen.remedies[0]
    assert "docs/how-to/prepare-content-server.md" in seen.remedies[0]


def test_a_workspace_that_the_account_may_not_fill_is_named(server: RunningEcm) -> None:
    state = server.state
    writer = state.members.named("muniment-writer")
    assert writer is not None
    orders = node_named(state, "Orders", Subtype.FOLDER)
    acl = orders.acl.with_assigned(writer.id, mask_of(["see", "see_contents", "add_items"]))
    state.access.set_acl(orders, replace(acl, public=0, group=0), 1000)
    orders.owner_user_id = 1000
    assert visit().faults == [], "there is no workspace yet that it could not fill"
    from muniment_sandbox.ecm.state.workspace_creation import NewWorkspace
    from muniment_sandbox.ecm.state.workspaces import BusinessObject

    key = BusinessObject("SHOPIFY", "order", "north.1")
    made = state.workspace_creation.create(NewWorkspace(name="#1", business_object=key), 1000)
    state.access.set_acl(made, replace(acl, public=0, group=0), 1000)
    [fault] = visit().faults
    assert "edit_attributes" in fault
    assert f"for example in {made.id}" in fault


def test_a_refused_login_ends_the_look_and_names_no_secret(
    server: RunningEcm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECM_ARCHIVER_PASSWORD", "not-the-password")
    seen = visit()
    assert (seen.code, len(seen.faults), seen.good) == (ExitCode.PROBLEM_FOUND, 1, 0)
    assert "not-the-password" not in str(seen)


def test_a_server_that_is_not_there_and_settings_that_are_not_there(
    server: RunningEcm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECM_ARCHIVER_URL", "http://127.0.0.1:9/cs/cs")
    assert visit().code == ExitCode.NOT_REACHABLE
    monkeypatch.delenv("ECM_ARCHIVER_URL")
    assert visit().code == ExitCode.WRONG_USE
