"""What a container holds: filters, order, pages."""

from __future__ import annotations

import pytest

from tests.unit.sandbox_ecm.desk import Desk


@pytest.fixture
def folder(desk: Desk) -> int:
    folder = desk.folder("box")
    for number, name in enumerate(["beta", "Alpha", "gamma 1", "Gamma 2"]):
        desk.clock.at += 60
        desk.document(name, folder, b"x" * (10 - number))
    desk.folder("delta", folder)
    return folder


def test_children_come_by_name_without_minding_case(desk: Desk, folder: int) -> None:
    assert desk.names(f"/v2/nodes/{folder}/nodes") == ["Alpha", "beta", "delta", "gamma 1", "Gamma 2"]


def test_the_size_of_a_container_is_the_number_of_its_children(desk: Desk, folder: int) -> None:
    shown = desk.get(f"/v2/nodes/{folder}").properties
    assert (shown["size"], shown["container_size"], shown["size_formatted"]) == (5, 5, "5 Items")


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("desc_name", ["Gamma 2", "gamma 1", "delta", "beta", "Alpha"]),
        ("name", ["Alpha", "beta", "delta", "gamma 1", "Gamma 2"]),
        ("desc_create_date", ["delta", "Gamma 2", "gamma 1", "Alpha", "beta"]),
        ("asc_size", ["delta", "Gamma 2", "gamma 1", "Alpha", "beta"]),
    ],
)
def test_children_are_sorted_as_asked(desk: Desk, folder: int, sort: str, expected: list[str]) -> None:
    assert desk.names(f"/v2/nodes/{folder}/nodes?sort={sort}") == expected


def test_an_unknown_sort_column_is_refused(desk: Desk, folder: int) -> None:
    assert desk.get(f"/v2/nodes/{folder}/nodes?sort=asc_colour").status == 400


def test_where_name_finds_parts_of_names(desk: Desk, folder: int) -> None:
    assert desk.names(f"/v2/nodes/{folder}/nodes?where_name=GAMMA") == ["gamma 1", "Gamma 2"]
    assert desk.names(f"/v2/nodes/{folder}/nodes?where_name=gamma&sort=desc_name") == ["Gamma 2", "gamma 1"]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("-1", 1), ("-2", 5), ("-3", 4), ("0", 1), ("144", 4), ("0&where_type=144", 5), ("848", 0)],
)
def test_where_type_filters_by_kind(desk: Desk, folder: int, wanted: str, expected: int) -> None:
    reply = desk.get(f"/v2/nodes/{folder}/nodes?where_type={wanted}").json
    assert reply["collection"]["paging"]["total_count"] == len(reply["results"]) == expected


def test_pages_say_where_they_are_and_where_the_next_is(desk: Desk, folder: int) -> None:
    reply = desk.get(f"/v2/nodes/{folder}/nodes?limit=2&page=2").json
    paging = reply["collection"]["paging"]
    links = paging.pop("links")["data"]
    assert paging == {
        "limit": 2,
        "page": 2,
        "page_total": 3,
        "range_max": 4,
        "range_min": 3,
        "total_count": 5,
    }
    assert links["next"]["href"] == f"/api/v2/nodes/{folder}/nodes?limit=2&page=3"
    assert links["previous"]["href"] == f"/api/v2/nodes/{folder}/nodes?limit=2&page=1"
    assert reply["collection"]["sorting"] == {"sort": [{"key": "sort", "value": "asc_name"}]}


def test_a_page_beyond_the_last_is_empty(desk: Desk, folder: int) -> None:
    assert desk.get(f"/v2/nodes/{folder}/nodes?limit=2&page=9").results == []


def test_all_children_come_at_once_on_request(desk: Desk, folder: int) -> None:
    assert len(desk.get(f"/v2/nodes/{folder}/nodes/all").results) == 5


def test_the_default_page_has_25(desk: Desk) -> None:
    folder = desk.folder("many")
    for number in range(30):
        desk.folder(f"{number}", folder)
    assert len(desk.get(f"/v2/nodes/{folder}/nodes").results) == 25
