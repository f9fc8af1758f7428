"""The payload of the how-to, carried out by OpenText's own customizer, prepares what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import pyxecm.otcs
from pyxecm import OTCS, OTDS

from muniment_ecm import ContentServer, ContentServerSettings
from muniment_ecm.expected_set_up import expected_set_up
from muniment_ecm.set_up_check import check_set_up
from muniment_sandbox.ecm.state.nodes import Subtype
from muniment_sandbox.ecm.state.rights import names_of
from muniment_sandbox.ecm.testing import RunningEcm, threaded_ecm
from tests.integration.ecm.customizer import applied
from tests.integration.ecm.desk import PEER

PAYLOAD = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "prepare-content-server.payload.yaml"


@pytest.fixture
def server() -> Iterator[RunningEcm]:
    """A Content Server as it is installed."""
    with threaded_ecm("empty") as running:
        yield running


@pytest.fixture
def clients(server: RunningEcm, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    """The administrator's clients of Content Server and of OTDS."""
    monkeypatch.setattr(pyxecm.otcs, "REQUEST_RETRY_DELAY", 0.01)
    otcs: Any = OTCS("http", "127.0.0.1", server.port, username="admin", password="livelink")
    otds: Any = OTDS("http", "127.0.0.1", server.port, username="admin", password="livelink")
    assert otcs.authenticate()
    assert otds.authenticate()
    yield otcs, otds
    otcs.request_session().close()


async def test_the_customizer_of_opentext_carries_the_payload_out(
    server: RunningEcm, clients: tuple[Any, Any]
) -> None:
    assert "SHOPIFY" not in {one.name for one in server.state.workspace_types.systems()}
    for _ in range(2):  # the second time finds everything
        applied(PAYLOAD, *clients)
    state = server.state
    writer = state.members.client("muniment-writer")
    assert writer is not None
    settings = ContentServerSettings(
        url=server.url,
        otds_url=server.otds_url,
        client_id="muniment-writer",
        client_secret=writer.secret,
        peer=PEER,
    )
    ours = ContentServer.connect(settings)
    try:
        myself = await ours.members.myself()
        assert myself.name == "muniment-writer"
        found = {(one.subject, one.name): one.is_good for one in await check_set_up(ours, expected_set_up())}
        assert found["login", "muniment-writer"]
        assert not found["category", "Shopify Order"], "categories are the administrator's work"
    finally:
        await ours.close()
    role = state.directory.access_roles["Access to cs"]
    assert role.users == ["muniment-writer@OAuthClients", "muniment-reader@OAuthClients"]
    assert "SHOPIFY" in {one.name for one in state.workspace_types.systems()}


def test_the_rights_are_those_the_how_to_names(server: RunningEcm, clients: tuple[Any, Any]) -> None:
    applied(PAYLOAD, *clients)
    state = server.state
    enterprise = state.tree.volume(Subtype.ENTERPRISE)
    assert enterprise is not None
    shop = state.tree.child_named(enterprise.id, "Shopify")
    assert shop is not None
    orders = state.tree.child_named(shop.id, "Orders")
    assert orders is not None
    writer, reader = state.members.named("muniment-writer"), state.members.named("muniment-reader")
    assert writer is not None
    assert reader is not None
    for node in (shop, orders):
        may = set(names_of(state.access.rights(node, writer)))
        assert may == {
            "see", "see_contents", "modify", "edit_attributes", "add_items", "reserve", "add_major_version",
        }  # fmt: skip
        assert set(names_of(state.access.rights(node, reader))) == {"see", "see_contents"}
