"""A server that is begun again from its file is the one that stopped."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from muniment_sandbox.ecm.opening import opened
from muniment_sandbox.ecm.state import FixedClock
from muniment_sandbox.ecm.state.sessions import Purpose
from tests.unit.sandbox_ecm.desk import Desk


def desk_on(data: Path, seed: str = "demo") -> tuple[Desk, object]:
    """A desk whose server keeps its state in ``data``; close the second value to stop it."""
    clock = FixedClock()
    context = opened(seed, data, clock=clock)
    state, credentials = context.__enter__()
    return Desk.over(state, credentials, clock), context


def close(context: object) -> None:
    context.__exit__(None, None, None)  # type: ignore[attr-defined]  # a context manager, entered by hand


def test_everything_is_there_again_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "ecm.sqlite"
    desk, context = desk_on(data)
    order = desk.order()
    document = desk.document(parent_id=order, content=b"the bytes")
    desk.call("PUT", f"/v2/nodes/{order}/nicknames", {"nickname": "first"})
    gone = desk.folder("gone")
    inside = desk.folder("inside", gone)
    desk.call("DELETE", f"/v2/nodes/{gone}")
    again = desk.folder("gone")
    before = desk.get("/v2/nodes/2000/nodes?fields=properties").raw
    close(context)

    desk, context = desk_on(data)
    assert desk.get("/v2/nodes/2000/nodes?fields=properties").raw == before
    assert desk.get(f"/v2/nodes/{document}/content").raw == b"the bytes"
    assert desk.get("/v2/nicknames/first/nodes").properties["id"] == order
    boids = "/v2/externalsystems/SHOPIFY/botypes/order/boids/shop.1"
    assert desk.get(boids).results[0]["data"]["properties"]["id"] == order
    assert desk.names("/v2/volumes/recyclebin/nodes") == ["gone"]
    assert desk.call("DELETE", f"/v2/nodes/{again}").status == 200
    desk.call("POST", "/v2/volumes/recyclebin/nodes/restore", {"ids": [gone]})
    assert desk.get(f"/v2/nodes/{inside}").properties["parent_id"] == gone
    assert desk.folder("new") > inside
    close(context)


def test_a_ticket_outlives_the_process(tmp_path: Path) -> None:
    data = tmp_path / "ecm.sqlite"
    desk, context = desk_on(data)
    ticket = desk.ticket
    close(context)
    desk, context = desk_on(data)
    desk.ticket = ticket
    assert desk.get("/v2/nodes/2000").status == 200
    close(context)


def test_a_ticket_that_was_voided_stays_void_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "ecm.sqlite"
    desk, context = desk_on(data)
    ended, voided = desk.ticket, desk.state.sessions.issue(Purpose.TICKET, 1000)
    assert desk.call("DELETE", "/v1/auth").status == 200
    close(context)
    desk, context = desk_on(data)
    desk.ticket = ended
    assert desk.get("/v2/nodes/2000").status == 401
    desk.ticket = voided
    assert desk.get("/v2/nodes/2000").status == 200
    desk.state.sessions.expire_all()
    assert desk.get("/v2/nodes/2000").status == 401
    close(context)
    desk, context = desk_on(data)
    desk.ticket = voided
    assert desk.get("/v2/nodes/2000").status == 401
    close(context)


def test_the_file_says_with_which_seed_it_began(tmp_path: Path) -> None:
    data = tmp_path / "ecm.sqlite"
    _, context = desk_on(data, "empty")
    close(context)
    desk, context = desk_on(data, "demo")
    assert desk.credentials.username == "admin"
    close(context)


def test_a_refused_request_leaves_no_trace_in_the_file(tmp_path: Path) -> None:
    data = tmp_path / "ecm.sqlite"
    desk, context = desk_on(data)
    folder = desk.folder("a")
    assert desk.call("PUT", f"/v2/nodes/{folder}", body={"name": "b", "parent_id": 424242}).status == 500
    close(context)
    desk, context = desk_on(data)
    assert desk.get(f"/v2/nodes/{folder}").properties["name"] == "a"
    close(context)


def test_two_servers_cannot_share_a_file(tmp_path: Path) -> None:
    data = tmp_path / "ecm.sqlite"
    _, context = desk_on(data)
    with pytest.raises(ValueError, match="locked"):
        desk_on(data)
    close(context)


@pytest.mark.parametrize("content", [b"this is no database, but long enough to look at", b"x" * 4096])
def test_a_file_of_another_kind_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    data = tmp_path / "letter.txt"
    data.write_bytes(content)
    with pytest.raises(ValueError, match="cannot be used as data file"):
        desk_on(data)
    assert data.read_bytes() == content


def test_a_file_of_another_release_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "ecm.sqlite"
    database = sqlite3.connect(data)
    database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(ValueError, match="another release"):
        desk_on(data)


def test_a_large_upload_goes_on_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "ecm.sqlite"
    desk, context = desk_on(data)
    desk.state.uploads.part_size_bytes = 4
    begun = desk.call("POST", "/v2/multipart", {"file_name": "f", "file_size": 6, "mime_type": "a/b"}).json
    path = f"/v2/multipart/{begun['upload_key']}"
    desk.call("POST", f"{path}/1", {"part_content": "abcd"})
    close(context)
    desk, context = desk_on(data)
    assert desk.call("POST", f"{path}/1", {"part_content": "abcd"}).status == 500
    desk.call("POST", f"{path}/2", {"part_content": "ef"})
    assert desk.call("POST", path).status == 200
    body = {"type": 144, "parent_id": 2000, "name": "f", "upload_key": begun["upload_key"]}
    node = desk.call("POST", "/v2/nodes", body=body).properties["id"]
    assert desk.get(f"/v2/nodes/{node}/content").raw == b"abcdef"
    close(context)
