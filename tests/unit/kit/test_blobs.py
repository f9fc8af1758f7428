"""Blobs are stored once under their hash, and read back checked."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from muniment_kit.blobs import BlobMissing, Blobs, BlobStoreUnavailable


@pytest.fixture(params=["memory", "file"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return Blobs("memory://" if request.param == "memory" else f"file://{tmp_path}/made/when/needed")


async def test_what_is_put_can_be_got_under_its_reference(blobs: Blobs) -> None:
    content = b"\x00content"
    reference = await blobs.put("northwind/INV-1001", content)
    assert reference == f"northwind/INV-1001.{hashlib.sha256(content).hexdigest()}"
    assert await blobs.get(reference) == content


async def test_the_same_content_again_is_the_same_blob_and_other_content_another(blobs: Blobs) -> None:
    first = await blobs.put("a", b"1")
    assert await blobs.put("a", b"1") == first
    other = await blobs.put("a", b"2")
    assert other != first
    assert [await blobs.get(first), await blobs.get(other)] == [b"1", b"2"]


@pytest.mark.parametrize(
    "name", ["", "/etc/passwd", "../up", "a/../../b", "a//b", "é", "a b", "a\n", "-x", ".x", "x" * 600]
)
async def test_a_name_that_could_lead_elsewhere_is_refused(blobs: Blobs, name: str) -> None:
    with pytest.raises(ValueError, match="A blob's name"):
        await blobs.put(name, b"1")
    with pytest.raises(BlobMissing):
        await blobs.get(name)


async def test_a_missing_blob_is_rejected_not_retried(blobs: Blobs) -> None:
    with pytest.raises(BlobMissing, match="There is no blob"):
        await blobs.get("a.0000")


async def test_a_blob_that_was_altered_is_noticed(tmp_path: Path) -> None:
    blobs = Blobs(f"file://{tmp_path}")
    reference = await blobs.put("a", b"1")
    (tmp_path / reference).write_bytes(b"2")
    with pytest.raises(BlobStoreUnavailable, match="its hash differs"):
        await blobs.get(reference)


async def test_a_store_that_cannot_be_written_is_worth_a_retry(tmp_path: Path) -> None:
    blobs = Blobs(f"file://{tmp_path}/store")
    (tmp_path / "store" / "a").write_text("a file where a folder is needed")
    with pytest.raises(BlobStoreUnavailable):
        await blobs.put("a/b", b"1")
