"""Content in a file: an upload, a file in processing and a replaced one go on after the shop was closed."""

from __future__ import annotations

from pathlib import Path

from muniment_sandbox.shopify.shop_desk import ShopDesk
from muniment_sandbox.shopify.state.clock import SetClock
from muniment_sandbox.shopify.state.file_changes import FileChange, FileWish
from muniment_sandbox.shopify.state.files import ShopFile
from muniment_sandbox.shopify.state.staging import StagedUpload
from tests.unit.sandbox_shopify.contents import OTHER_PICTURE, PICTURE, SHEET, ContentDesk
from tests.unit.sandbox_shopify.filed_shops import filed, rows


def let_pass(desk: ShopDesk) -> None:
    clock = desk.shop.clock
    assert isinstance(clock, SetClock)
    for _ in range(3):
        clock.advance(1)
        desk.shop.catch_up()


def file_of(desk: ShopDesk, gid: str) -> ShopFile:
    found = desk.shop.get(ShopFile, gid)
    assert found is not None
    return found


async def test_processing_goes_on_where_it_was(tmp_path: Path) -> None:
    data, content = tmp_path / "shop.sqlite", ContentDesk()
    async with filed(data, shop=content.shop):
        ready = content.picture()
        source = content.upload("late.pdf", SHEET, "application/pdf")
        [late] = content.shop.create_files([FileWish(source=source)])
        replacement = content.upload("new.png", OTHER_PICTURE, "image/png")
        content.shop.update_files([FileChange(file=ready, source=replacement)])
    async with filed(data) as desk:
        assert [file_of(desk, each.id).file_status for each in (ready, late)] == ["UPLOADED", "UPLOADED"]
        stored = file_of(desk, ready.id).stored
        assert stored is not None
        assert stored.content == PICTURE
        let_pass(desk)
        found = [file_of(desk, each.id) for each in (ready, late)]
        assert [each.file_status for each in found] == ["READY", "READY"]
        assert [each.stored.content for each in found if each.stored] == [OTHER_PICTURE, SHEET]


async def test_an_upload_waits_for_its_file_and_leaves_nothing_behind(tmp_path: Path) -> None:
    data, content = tmp_path / "shop.sqlite", ContentDesk()
    async with filed(data, shop=content.shop):
        before = content.upload("sheet.pdf", SHEET, "application/pdf")
    async with filed(data) as desk:
        [file] = desk.shop.create_files([FileWish(source=before)])
        let_pass(desk)
        assert file.file_status == "READY"
        desk.shop.delete_files([file])
        clock = desk.shop.clock
        assert isinstance(clock, SetClock)
        clock.advance(25 * 3_600)
        content.shop = desk.shop
        content.upload("other.pdf", b"%PDF-other", "application/pdf")
        assert len(desk.shop.all_of(StagedUpload)) == 1
    kept = b"".join(value for table in rows(data).values() for value in table.values())
    assert file.id.rpartition("/")[2].encode() not in kept
