"""Files: processed on the shop's clock, found by search, changed and replaced by Shopify's rules, deleted."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_sandbox.shopify.state.file_changes import FileWish
from muniment_sandbox.shopify.state.files import MediaImage
from muniment_sandbox.shopify.state.serving import path_of
from tests.unit.sandbox_shopify.contents import OTHER_PICTURE, PICTURE, SHEET, ContentDesk

CREATE = """mutation Create($files: [FileCreateInput!]!) { fileCreate(files: $files) {
  files { __typename id alt fileStatus } userErrors { field message code } } }"""
UPDATE = """mutation Update($files: [FileUpdateInput!]!) { fileUpdate(files: $files) {
  files { id alt fileStatus } userErrors { field message code } } }"""
DELETE = """mutation Delete($ids: [ID!]!) { fileDelete(fileIds: $ids) {
  deletedFileIds userErrors { field message code } } }"""
STATUS = """query Status($ids: [ID!]!) { nodes(ids: $ids) { __typename
  ... on MediaImage { fileStatus fileErrors { code } image { url width height altText } mimeType }
  ... on GenericFile { fileStatus fileErrors { code } url mimeType originalFileSize }
  ... on Video { fileStatus fileErrors { code } filename } ... on Model3d { fileStatus fileErrors { code } }
  ... on ExternalVideo { fileStatus host embedUrl } } }"""
SEARCH = "query Search($query: String) { files(first: 50, query: $query) { nodes { id } } }"


@pytest.fixture
def desk() -> ContentDesk:
    return ContentDesk()


def status(desk: ContentDesk, gid: str) -> Any:
    return desk.ask(STATUS, ids=[gid])[0]


def test_a_picture_is_uploaded_processed_and_ready(desk: ContentDesk) -> None:
    source = desk.upload("front.png", PICTURE, "image/png")
    given = {"originalSource": source, "contentType": "IMAGE", "alt": "Front"}
    [made] = desk.ask(CREATE, files=[given])["files"]
    assert made == {"__typename": "MediaImage", "id": made["id"], "alt": "Front", "fileStatus": "UPLOADED"}
    assert status(desk, made["id"])["image"] is None
    desk.clock.advance(desk.shop.file_wait_s)
    assert status(desk, made["id"])["fileStatus"] == "PROCESSING"
    desk.clock.advance(desk.shop.file_processing_s)
    ready = status(desk, made["id"])
    assert (ready["fileStatus"], ready["mimeType"], ready["fileErrors"]) == ("READY", "image/png", [])
    assert (ready["image"]["width"], ready["image"]["altText"]) == (480, "Front")
    assert ready["image"]["url"].startswith("https://muniment-demo.myshopify.com/cdn/shop/files/front.png?v=")


@pytest.mark.parametrize(
    ("name", "mime_type", "content", "code"),
    [
        ("cut.png", "image/png", PICTURE[:-20], "IMAGE_PROCESSING_FAILURE"),
        ("text.png", "image/png", b"no picture", "IMAGE_PROCESSING_FAILURE"),
        ("film.mp4", "video/mp4", b"no film at all", "VIDEO_INVALID_FILETYPE_ERROR"),
        ("chair.glb", "model/gltf-binary", b"no model", "MODEL3D_VALIDATION_ERROR"),
    ],
)
def test_bad_bytes_fail(desk: ContentDesk, name: str, mime_type: str, content: bytes, code: str) -> None:
    file = desk.file(name, content, mime_type)
    found = status(desk, file.id)
    assert (found["fileStatus"], found["fileErrors"]) == ("FAILED", [{"code": code}])
    assert desk.codes(UPDATE, files=[{"id": file.id, "alt": "x"}]) == ["INVALID_FAILED_MEDIA_STATE"]
    assert desk.ask(DELETE, ids=[file.id])["deletedFileIds"] == [file.id]


def test_good_films_and_models_are_ready(desk: ContentDesk) -> None:
    film = desk.file("film.mp4", b"\0\0\0\x18ftypisom0123", "video/mp4")
    model = desk.file("chair.glb", b"glTF\2\0\0\0", "model/gltf-binary")
    assert [file.file_status for file in (film, model)] == ["READY", "READY"]
    given = {"originalSource": "https://www.youtube.com/watch?v=abc", "contentType": "EXTERNAL_VIDEO"}
    [made] = desk.ask(CREATE, files=[given])["files"]
    desk.wait()
    shown = status(desk, made["id"])
    assert (shown["fileStatus"], shown["host"]) == ("READY", "YOUTUBE")
    assert shown["embedUrl"] == "https://www.youtube.com/embed/abc"
    elsewhere = given | {"originalSource": "https://films.example/1"}
    assert desk.codes(CREATE, files=[elsewhere]) == ["INVALID"]


def test_a_source_that_cannot_be_reached_fails(desk: ContentDesk) -> None:
    files = [
        {"originalSource": "https://elsewhere.example/a.png"},
        {"originalSource": "https://elsewhere.example/a.pdf"},
    ]
    made = desk.ask(CREATE, files=files)["files"]
    desk.wait()
    codes = [status(desk, each["id"])["fileErrors"][0]["code"] for each in made]
    assert codes == ["IMAGE_DOWNLOAD_FAILURE", "GENERIC_FILE_DOWNLOAD_FAILURE"]


def test_names_that_are_taken_are_made_different_refused_or_replaced(desk: ContentDesk) -> None:
    first = desk.file("sheet.pdf")
    again = {
        "originalSource": desk.upload("sheet.pdf", b"%PDF-2", "application/pdf"),
        "filename": "sheet.pdf",
    }
    [second] = desk.ask(CREATE, files=[again])["files"]
    assert second["id"] != first.id
    other = desk.shop.all_of(type(first))[-1].filename
    assert other.startswith("sheet_")
    assert other.endswith(".pdf")
    raising = again | {"duplicateResolutionMode": "RAISE_ERROR"}
    assert desk.codes(CREATE, files=[raising]) == ["FILENAME_ALREADY_EXISTS"]
    before = path_of(first)
    [replaced] = desk.ask(CREATE, files=[again | {"duplicateResolutionMode": "REPLACE"}])["files"]
    assert replaced["id"] == first.id
    desk.wait()
    assert first.stored is not None
    assert first.stored.content == b"%PDF-2"
    assert path_of(first).partition("?")[0] == before.partition("?")[0]
    assert path_of(first) != before


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"duplicateResolutionMode": "REPLACE"}, "MISSING_FILENAME_FOR_DUPLICATE_MODE_REPLACE"),
        ({"filename": "sheet.docx"}, "MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE"),
        ({"filename": "../sheet.pdf"}, "INVALID_FILENAME"),
        ({"filename": "page.html", "originalSource": "https://x.example/1"}, "UNACCEPTABLE_ASSET"),
        ({"alt": "x" * 513}, "ALT_VALUE_LIMIT_EXCEEDED"),
        ({"originalSource": "file:///etc/passwd"}, "INVALID"),
        (
            {"contentType": "VIDEO", "filename": "a.pdf", "duplicateResolutionMode": "REPLACE"},
            "INVALID_DUPLICATE_MODE_FOR_TYPE",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_made(
    desk: ContentDesk, given: dict[str, object], code: str
) -> None:
    good = {"originalSource": desk.upload("a.pdf", SHEET, "application/pdf")}
    before = len(desk.ask(SEARCH, query="")["nodes"])
    answer = desk.ask(CREATE, files=[good, good | given])
    assert [error["code"] for error in answer["userErrors"]] == [code]
    assert answer["userErrors"][0]["field"][:2] == ["files", "1"]
    assert answer["files"] is None
    assert len(desk.ask(SEARCH, query="")["nodes"]) == before


def test_a_file_that_is_not_ready_cannot_be_changed(desk: ContentDesk) -> None:
    source = desk.upload("front.png", PICTURE, "image/png")
    [file] = desk.shop.create_files([FileWish(source=source)])
    assert desk.codes(UPDATE, files=[{"id": file.id, "alt": "x"}]) == ["NON_READY_STATE"]
    assert desk.codes(DELETE, ids=[file.id]) == ["FILE_LOCKED"]
    desk.wait()
    assert desk.codes(UPDATE, files=[{"id": file.id, "alt": "x"}]) == []
    assert file.alt == "x"


def test_new_bytes_keep_the_address_and_lock_the_file_meanwhile(desk: ContentDesk) -> None:
    file = desk.picture()
    before = path_of(file)
    source = desk.upload("new.png", OTHER_PICTURE, "image/png")
    assert desk.codes(UPDATE, files=[{"id": file.id, "originalSource": source}]) == []
    assert file.stored is not None
    assert file.stored.content == PICTURE
    assert desk.codes(UPDATE, files=[{"id": file.id, "alt": "x"}]) == ["FILE_LOCKED"]
    desk.wait()
    assert file.stored.content == OTHER_PICTURE
    assert (path_of(file).partition("?")[0], path_of(file) == before) == (before.partition("?")[0], False)


def test_a_replacement_that_fails_leaves_the_old_bytes(desk: ContentDesk) -> None:
    file = desk.picture()
    source = desk.upload("bad.png", b"bad", "image/png")
    desk.ask(UPDATE, files=[{"id": file.id, "originalSource": source}])
    desk.wait()
    assert file.file_status == "FAILED"
    assert file.stored is not None
    assert file.stored.content == PICTURE


def test_a_picture_of_a_film_is_its_preview(desk: ContentDesk) -> None:
    film = desk.file("film.mp4", b"\0\0\0\x18ftypisom0123", "video/mp4")
    source = desk.upload("cover.png", PICTURE, "image/png")
    assert desk.codes(UPDATE, files=[{"id": film.id, "previewImageSource": source}]) == []
    desk.wait()
    asked = "query P($ids: [ID!]!) { nodes(ids: $ids) { ... on Video { preview { status image { url } } } } }"
    [shown] = desk.ask(asked, ids=[film.id])
    assert shown["preview"]["status"] == "READY"
    assert shown["preview"]["image"]["url"].endswith(f"/cdn/shop/previews/{film.number}")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"filename": "front.jpg"}, "INVALID_FILENAME_EXTENSION"),
        ({"filename": "taken.png"}, "FILENAME_ALREADY_EXISTS"),
        ({"originalSource": "https://x.example/a.pdf"}, "MISMATCHED_FILENAME_AND_ORIGINAL_SOURCE"),
        ({"originalSource": "https://x/a.png", "previewImageSource": "https://x/b.png"}, "INVALID"),
        ({"referencesToAdd": ["gid://shopify/Product/1"]}, "REFERENCE_TARGET_DOES_NOT_EXIST"),
        ({"id": "gid://shopify/MediaImage/1"}, "FILE_DOES_NOT_EXIST"),
    ],
)
def test_changes_that_make_no_sense_are_refused(
    desk: ContentDesk, given: dict[str, object], code: str
) -> None:
    file, taken = desk.picture(), desk.picture("taken.png")
    answer = desk.ask(UPDATE, files=[{"id": taken.id, "alt": "changed"}, {"id": file.id} | given])
    assert [error["code"] for error in answer["userErrors"]] == [code]
    assert taken.alt is None


def test_a_document_is_no_product_media(desk: ContentDesk) -> None:
    wish = {"id": desk.file().id, "referencesToAdd": [desk.product.id]}
    assert desk.codes(UPDATE, files=[wish]) == ["UNSUPPORTED_FILE_REFERENCE"]


def test_a_product_gets_a_picture_and_loses_it_with_its_variant(desk: ContentDesk) -> None:
    file = desk.picture()
    del desk.heard[:]
    desk.ask(UPDATE, files=[{"id": file.id, "referencesToAdd": [desk.product.id]}])
    assert desk.product.gallery[-1] is file
    assert desk.heard == ["products/update"]
    variant = desk.product.own_variants[0]
    desk.shop.append_variant_media(desk.product, [(variant, [file.id])])
    desk.ask(UPDATE, files=[{"id": file.id, "referencesToRemove": [desk.product.id]}])
    assert (file in desk.product.gallery, list(variant.shown)) == (False, [])
    assert isinstance(desk.shop.get(MediaImage, file.id), MediaImage)


def test_deleting_takes_the_file_from_every_product_and_is_all_or_nothing(desk: ContentDesk) -> None:
    file = desk.product.gallery[0]
    answer = desk.ask(DELETE, ids=[file.id, "gid://shopify/MediaImage/1"])
    assert [error["code"] for error in answer["userErrors"]] == ["FILE_DOES_NOT_EXIST"]
    assert file in desk.product.gallery
    assert desk.ask(DELETE, ids=[file.id])["deletedFileIds"] == [file.id]
    assert file not in desk.product.gallery
    assert desk.ask(STATUS, ids=[file.id]) == [None]
    assert desk.heard == ["products/update"]


def test_files_are_found_by_name_time_kind_and_use(desk: ContentDesk) -> None:
    desk.clock.advance(60)
    moment = desk.clock.now().isoformat()
    sheet, picture = desk.file("ecm-1.pdf"), desk.picture("ecm-2.png")
    wishes = {
        "filename:'ecm-1.pdf'": [sheet.id],
        "filename:ecm-*": [sheet.id, picture.id],
        f"updated_at:>='{moment}'": [sheet.id, picture.id],
        "media_type:GENERIC_FILE AND filename:ecm-*": [sheet.id],
        f"id:{picture.number}": [picture.id],
        "used_in:none AND filename:ecm-*": [sheet.id, picture.id],
        "status:failed": [],
    }
    for query, ids in wishes.items():
        found = [each["id"] for each in desk.ask(SEARCH, query=query)["nodes"]]
        assert sorted(found) == sorted(ids), query
    shown = desk.ask(SEARCH, query=f"product_id:{desk.product.number}")["nodes"]
    assert [each["id"] for each in shown] == [file.id for file in desk.product.gallery]


def test_bytes_outlive_the_upload_they_came_by(desk: ContentDesk) -> None:
    file = desk.file()
    desk.clock.advance(25 * 3_600)
    desk.upload("later.pdf", SHEET, "application/pdf")
    assert file.stored is not None
    assert file.stored.content == SHEET
    assert desk.shop.staged_upload(file.source) is None


def test_a_file_can_be_made_of_another(desk: ContentDesk) -> None:
    first = desk.picture()
    source = f"https://any.example{path_of(first)}"
    [copy] = desk.shop.create_files([FileWish(source=source, filename="copy.png")])
    desk.wait()
    assert copy.stored is not None
    assert first.stored is not None
    assert copy.stored is not first.stored
    assert copy.stored.content == PICTURE
