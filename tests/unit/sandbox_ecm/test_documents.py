"""Documents: versions, bytes, large files."""

from __future__ import annotations

import pytest

from tests.unit.sandbox_ecm.desk import BOUNDARY, Desk, multipart


def test_an_upload_is_read_back_byte_for_byte_with_its_type(desk: Desk) -> None:
    content = bytes(range(256)) * 20
    node = desk.document("a.bin", content=content)
    for path in (
        f"/v2/nodes/{node}/content",
        f"/v1/nodes/{node}/content",
        f"/v2/nodes/{node}/versions/1/content",
    ):
        reply = desk.get(path)
        assert reply.raw == content
        assert reply.headers["Content-Disposition"] == 'attachment; filename="a.txt"'
    assert desk.get(f"/v2/nodes/{node}").properties["mime_type"] == "text/plain"


def test_a_version_is_added_and_told(desk: Desk) -> None:
    node = desk.document()
    made = desk.upload(f"/v2/nodes/{node}/versions", {"description": "better"}, b"second", "b.txt")
    assert made.results["data"]["versions"]["version_number"] == 2
    assert made.properties["size"] == 6
    latest = desk.get(f"/v1/nodes/{node}/versions/latest").json["data"]
    assert (latest["version_number"], latest["file_name"], latest["description"]) == (2, "b.txt", "better")
    numbers = [
        one["data"]["versions"]["version_number"] for one in desk.get(f"/v2/nodes/{node}/versions").results
    ]
    assert numbers == [1, 2]
    assert desk.get(f"/v2/nodes/{node}/versions/1/content").raw == b"hello"


def test_old_versions_are_purged_but_locked_ones_stay(desk: Desk) -> None:
    node = desk.document()
    for _ in range(3):
        desk.upload(f"/v2/nodes/{node}/versions", {})
    desk.call("POST", f"/v2/nodes/{node}/versions/2/lock")
    assert desk.call("DELETE", f"/v2/nodes/{node}/versions", {"number_to_keep": 1}).results == {}
    numbers = [
        one["data"]["versions"]["version_number"] for one in desk.get(f"/v2/nodes/{node}/versions").results
    ]
    assert numbers == [2, 4]
    assert desk.call("DELETE", f"/v2/nodes/{node}/versions/2").status == 500
    desk.call("POST", f"/v2/nodes/{node}/versions/2/unlock")
    assert desk.call("DELETE", f"/v2/nodes/{node}/versions/2").results == {}


def test_the_number_of_a_deleted_version_is_not_used_again(desk: Desk) -> None:
    node = desk.document()
    desk.upload(f"/v2/nodes/{node}/versions", {})
    desk.call("DELETE", f"/v2/nodes/{node}/versions/1")
    made = desk.upload(f"/v2/nodes/{node}/versions", {})
    assert made.results["data"]["versions"]["version_number"] == 3


def test_a_folder_has_no_content(desk: Desk) -> None:
    assert desk.get("/v2/nodes/2000/content").status == 400


@pytest.mark.parametrize(
    ("header", "status", "content"),
    [
        ("bytes=0-1", 206, b"he"),
        ("bytes=1-", 206, b"ello"),
        ("bytes=-2", 206, b"lo"),
        ("bytes=4-99", 206, b"o"),
        ("bytes=9-", 416, b""),
        ("bytes=0-1,3-4", 200, b"hello"),
        ("nonsense", 200, b"hello"),
    ],
)
def test_a_range_of_the_bytes_is_served(desk: Desk, header: str, status: int, content: bytes) -> None:
    reply = desk.call("GET", f"/v2/nodes/{desk.document()}/content", headers={"range": header})
    assert (reply.status, reply.raw) == (status, content)


def test_a_file_name_in_any_script_survives(desk: Desk) -> None:
    made = desk.upload("/v2/nodes", {"type": 144, "parent_id": 2000, "name": "n"}, name="Übersicht 東京.pdf")
    header = desk.get(f"/v2/nodes/{made.properties['id']}/content").headers["Content-Disposition"]
    assert "filename*=UTF-8''%C3%9Cbersicht%20%E6%9D%B1%E4%BA%AC.pdf" in header


def test_a_large_file_comes_in_parts(desk: Desk) -> None:
    desk.state.uploads.part_size_bytes = 4
    begun = desk.call(
        "POST", "/v2/multipart", {"file_name": "big.bin", "file_size": 10, "mime_type": "image/png"}
    ).json
    assert begun["num_parts"] == 3
    path = f"/v2/multipart/{begun['upload_key']}"
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    for number, content in ((2, b"4567"), (1, b"0123"), (3, b"89")):
        sent = multipart([("part_content", "p", content)])
        assert desk.call("POST", f"{path}/{number}", raw=sent, headers=headers).status == 200
    again = desk.call("POST", f"{path}/1", raw=multipart([("part_content", "p", b"x")]), headers=headers)
    assert again.error == (500, "Invalid BlockID: BlockID 1 has already been uploaded")
    assert desk.call("POST", path).status == 200
    body = {"type": 144, "parent_id": 2000, "name": "big.bin", "upload_key": begun["upload_key"]}
    node = desk.call("POST", "/v2/nodes", body=body).properties["id"]
    assert desk.get(f"/v2/nodes/{node}/content").raw == b"0123456789"
    assert desk.get(f"/v2/nodes/{node}").properties["mime_type"] == "image/png"


def test_an_incomplete_large_file_cannot_be_closed(desk: Desk) -> None:
    begun = desk.call("POST", "/v2/multipart", {"file_name": "b", "file_size": 10}).json
    path = f"/v2/multipart/{begun['upload_key']}"
    desk.call("POST", f"{path}/1", {"part_content": "short"})
    assert desk.call("POST", path).status == 500
    assert desk.call("DELETE", path).status == 200
    assert desk.call("POST", path).status == 500
