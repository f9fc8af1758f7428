"""Search finds what the query says and the caller may see, page by page, late on request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.sandbox_ecm.desk import Desk


def found(desk: Desk, where: str, **more: object) -> list[str]:
    answer = desk.call("POST", "/v2/search", {"where": where, "limit": 100, "sort": "asc_OTName", **more})
    return [one["data"]["properties"]["name"] for one in answer.results]


@pytest.fixture
def filled(desk: Desk) -> Desk:
    """An order with two invoices and a photo, and a loose note."""
    order = desk.order(name="#1001 Order")
    category = desk.category("Shopify Document")
    for number, kind, day in (
        ("INV-1001", "invoice", "2026-05-01"),
        ("CN-1001-1", "credit-note", "2026-06-15"),
    ):
        desk.upload("/v2/nodes", {
            "type": 144, "parent_id": order, "name": f"{number}.pdf", "description": "For the buyer",
            "external_create_date": day,
            "roles": {"categories": {f"{category}_2": kind, f"{category}_3": number, f"{category}_4": day}},
        })  # fmt: skip
    desk.document("photo.jpg", order)
    desk.document("note.txt", content=b"please refund the parcel")
    return desk


def attr(desk: Desk, name: str) -> str:
    definition = desk.state.categories.named("Shopify Document")
    item = next(one for one in definition.items if one.name == name)
    return f"Attr_{definition.id}_{item.id}"


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("OTName:INV-1001", ["INV-1001.pdf"]),
        ("OTName:inv*", ["INV-1001.pdf"]),
        ('OTName:"1001 1"', ["CN-1001-1.pdf"]),
        ("OTName:1001 AND OTSubType:144", ["CN-1001-1.pdf", "INV-1001.pdf"]),
        ("OTName:1001 AND NOT OTSubType:144", ["#1001 Order"]),
        ("OTSubType:848 AND OTName:1001", ["#1001 Order"]),
        ("OTName:1001 AND (OTFileType:pdf OR OTSubType:848)", ["#1001 Order"]),
        ("buyer", ["CN-1001-1.pdf", "INV-1001.pdf"]),
        ("parcel", ["note.txt"]),
        ("OTExternalCreateDate:20260501", ["INV-1001.pdf"]),
        ('[QLREGION "OTExternalCreateDate"] QLRANGE "20260601~20260630"', ["CN-1001-1.pdf"]),
        ("OTExternalCreateDate<2026-06-01", ["INV-1001.pdf"]),
        ("OTSubType: IN (144, 1) AND OTName:phot?", ["photo.jpg"]),
        ("OTObjectSize>5 AND OTObjectSize<1000", ["note.txt"]),
        ("OTMIMEType:text OTName:note", ["note.txt"]),
        ("OTName: QLLIKE %-1.pdf", ["CN-1001-1.pdf"]),
        ('OTName: QLREGEX "^inv-[0-9]+\\\\.pdf$|^note"', ["INV-1001.pdf", "note.txt"]),
        ('OTObjectSize: QLREGEX "^[1-9][0-9]$"', ["note.txt"]),
        ("please QLNEAR parcel", ["note.txt"]),
        ("OTName:1001 QLNEAR OTName:pdf", ["CN-1001-1.pdf", "INV-1001.pdf"]),
        ("OTName:STEM notes", ["note.txt"]),
        ("OTName:QLPHONETIC foto", []),
        ("OTName:QLPHONETIC photto", ["photo.jpg"]),
        ("OTName:nothing", []),
    ],
)  # fmt: skip
def test_the_query_says_what_is_found(filled: Desk, where: str, names: list[str]) -> None:
    assert found(filled, where) == names


def test_attributes_and_places_are_searched(filled: Desk) -> None:
    kind, day = attr(filled, "Kind"), attr(filled, "Business date")
    assert found(filled, f'{kind}:"credit-note"') == ["CN-1001-1.pdf"]
    assert found(filled, f"{day} > 2026-06-01") == ["CN-1001-1.pdf"]
    assert found(filled, f'[QLREGION "{day}"] QLRANGE "20260401~20260531"') == ["INV-1001.pdf"]
    order = filled.get("/v2/businessworkspaces?expanded_view=true").results[0]["data"]["properties"]["id"]
    assert "photo.jpg" in found(filled, f"OTLocation:{order}")
    assert "note.txt" not in found(filled, f"OTLocation:{order}")
    assert found(filled, "OTName:photo OR OTName:note", location_id1=order) == ["photo.jpg"]
    assert found(filled, f"OTParentID:{order} AND OTSubType:144 AND NOT {kind}:invoice") == [
        "CN-1001-1.pdf",
        "photo.jpg",
    ]


def test_rows_of_a_set_are_searched(desk: Desk) -> None:
    document, category = desk.document(), desk.category("Attribute Types")
    desk.call("POST", f"/v2/nodes/{document}/categories", {
        "category_id": category, f"{category}_13_1_14": "Ada", f"{category}_13_2_14": "Bo"})  # fmt: skip
    assert found(desk, f"Attr_{category}_13_14:Bo") == ["a.txt"]
    names = [one["name"] for one in desk.get("/v1/regions").json["data"]]
    assert f"Attr_{category}_13_14" in names
    assert "OTLocation" in names


@pytest.mark.parametrize(
    ("mode", "text", "modifier", "names"),
    [
        ("allwords", "refund parcel", "", ["note.txt"]),
        ("allwords", "refund nothing", "", []),
        ("anywords", "parcel nothing", "", ["note.txt"]),
        ("exactphrase", "refund the parcel", "", ["note.txt"]),
        ("exactphrase", "parcel refund", "", []),
        ("allwords", "parc", "wordbeginswith", ["note.txt"]),
        ("allwords", "cel", "wordendswith", ["note.txt"]),
        ("allwords", "parcels", "relatedto", ["note.txt"]),
    ],
)
def test_words_and_phrases_are_looked_for(
    filled: Desk, mode: str, text: str, modifier: str, names: list[str]
) -> None:
    assert found(filled, text, lookfor=mode, modifier=modifier) == names


def test_metadata_and_content_are_told_apart(filled: Desk) -> None:
    assert found(filled, "parcel", within="metadata") == []
    assert found(filled, "parcel", within="content") == ["note.txt"]
    assert found(filled, "buyer", within="content") == []


@pytest.mark.parametrize("where", ["", "AND", "NoSuchRegion:1", "OTSubType:folder", "OTModifyDate:soon"])
def test_a_bad_query_is_refused_in_the_server_s_words(desk: Desk, where: str) -> None:
    status, text = desk.call("POST", "/v2/search", {"where": where}).error
    assert status == 400
    assert text.startswith("Error Evaluating Query, You have either not specified any search criterion")


def test_pages_are_exact_and_one_beyond_the_end_is_empty(desk: Desk) -> None:
    folder = desk.folder()
    for number in range(5):
        desk.document(f"{number}.txt", folder)

    def page(number: int) -> Any:
        form = {"where": f"OTParentID:{folder}", "limit": 2, "page": number, "sort": "desc_OTName"}
        return desk.call("POST", "/v2/search", form).json

    last = page(3)
    assert [one["data"]["properties"]["name"] for one in last["results"]] == ["0.txt"]
    paging = last["collection"]["paging"]
    numbers = {"limit": 2, "page": 3, "page_total": 3, "range_min": 5, "range_max": 5, "total_count": 5}
    assert numbers.items() <= paging.items()
    assert paging["result_header_string"] == "Results 5 to 5 of 5 sorted by OTName"
    assert page(4)["results"] == []
    assert page(4)["collection"]["paging"]["total_count"] == 5
    assert page(1)["collection"]["searching"]["cache_id"] == page(2)["collection"]["searching"]["cache_id"]


def test_a_hit_carries_its_regions_and_its_file(filled: Desk) -> None:
    form = {"where": "OTName:INV-1001", "select": "{'OTName','OTLocation','OTObjectDate'}"}
    hit = filled.call("POST", "/v2/search", form).results[0]
    assert hit["data"]["versions"]["file_size"] == 5
    regions = hit["data"]["regions"]
    assert (regions["OTName"], regions["OTObjectDate_formatted"]) == ("INV-1001.pdf", "2026-06-01")
    assert regions["OTLocation"].split()[0] == "2000"
    assert hit["links"]["parent"]["name"] == "#1001 Order"
    assert filled.get("/v2/search?where=OTName:INV-1001").results[0]["data"] is not None


def test_what_may_not_be_seen_is_not_found(filled: Desk) -> None:
    assert found(filled.as_member("muniment-reader"), "OTName:1001 AND OTSubType:144") != []
    assert found(filled.as_member("rivera"), "OTName:1001") == []
    assert found(filled.as_member("lindqvist"), "OTName:INV-1001") == ["INV-1001.pdf"]


def test_a_late_index_tells_the_past(desk: Desk) -> None:
    kept = desk.document("kept.txt")
    desk.state.search.lag_s = 30.0
    desk.document("new.txt")
    desk.call("PUT", f"/v2/nodes/{kept}", {"name": "renamed.txt"})
    assert found(desk, "OTName:new") == []
    assert found(desk, "OTName:kept") == ["renamed.txt"]  # found by what it was, shown as it is
    assert found(desk, "OTName:renamed") == []
    desk.clock.at += 31
    assert found(desk, "OTName:new") == ["new.txt"]
    assert found(desk, "OTName:kept") == []
    desk.call("DELETE", f"/v2/nodes/{kept}")
    assert found(desk, "OTName:renamed") == []
    desk.state.search.lag_s = 0.0
    desk.document("newest.txt")
    assert found(desk, "OTName:newest") == ["newest.txt"]


@pytest.mark.parametrize(
    "where",
    [
        'OTName: QLREGEX "(inv)"',
        'OTName: QLREGEX "a{2}"',
        'OTName: QLREGEX "*a"',
        'OTName: QLREGEX "[z-a]"',
        'OTName: QLREGEX "[[a]"',
        f'OTName: QLREGEX "{"a" * 300}"',
        "OTObjectSize:1 QLNEAR OTObjectSize:2",
        "OTNowhere:a QLNEAR OTNowhere:b",
    ],
)
def test_a_pattern_or_a_nearness_that_makes_no_sense_is_refused(desk: Desk, where: str) -> None:
    assert desk.call("POST", "/v2/search", {"where": where}).status == 400


def test_facets_count_all_that_was_found(filled: Desk) -> None:
    form = {"where": "OTSubType:144 AND OTName:1001", "options": "{'facets'}", "limit": 1}
    searching = filled.call("POST", "/v2/search", form).json["collection"]["searching"]
    [kinds] = [one for one in searching["facets"]["available"] if one["name"] == "OTSubType"]
    assert kinds["facet_items"] == [{"count": 2, "display_name": "Document", "value": "144"}]
    plain = filled.call("POST", "/v2/search", {"where": "OTName:1001"}).json["collection"]["searching"]
    assert "facets" not in plain


def test_a_saved_query_is_run_alone_and_joined_with_another(filled: Desk) -> None:
    folder = filled.state.tree.child_named(2000, "Approved Content")
    assert folder is not None
    saved = filled.state.tree.child_named(folder.id, "Images and sheets")
    assert saved is not None
    approved = len(found(filled, "OTMIMEType:image OR OTMIMEType:pdf"))

    def run(where: str = "", **more: object) -> list[str]:
        return found(filled, where, query_id=saved.id, **more)

    assert len(run()) == approved > 2
    assert run("OTName:note") == sorted([*run(), "note.txt"], key=str.casefold)
    invoices = ["CN-1001-1.pdf", "INV-1001.pdf"]
    assert run("OTName:1001", boolean="and") == [one for one in invoices if one in run()]
    assert "INV-1001.pdf" not in run("OTName:1001", boolean="not")
    for wrong in (2000, 4242):
        assert filled.call("POST", "/v2/search", {"query_id": wrong}).status in (400, 500)
