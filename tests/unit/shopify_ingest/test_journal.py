"""The journal: durable once it says so, in order, bounded, one receiver a folder, safe against crashes."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopify_ingest.receive.journal import Journal, JournalBroken, JournalFull, JournalInUse
from shopify_ingest.receive.journal.entries import MAGIC, entries_in, framed
from tests.waiting import eventually

#: What may follow the last entry after a crash.
TORN = [b"", bytes(9), b"\x00\x00\x00\x01nonsense"]
PAYLOADS = st.lists(st.binary(min_size=1, max_size=60), min_size=1, max_size=12)


@asynccontextmanager
async def opened(
    folder: Path, *, max_bytes: int = 1 << 20, within_s: float = 3.0, segment_bytes: int | None = None
) -> AsyncIterator[Journal]:
    journal = await Journal.open(
        folder, max_bytes=max_bytes, write_within_s=within_s, segment_bytes=segment_bytes
    )
    try:
        yield journal
    finally:
        await journal.close()


async def written(journal: Journal, *payloads: bytes) -> None:
    """Append, and return once the disk has them."""
    answers = [asyncio.get_running_loop().create_future() for _ in payloads]
    for payload, answer in zip(payloads, answers, strict=True):
        journal.append(payload, answer)
    await asyncio.gather(*answers)


async def taken(journal: Journal, *, max_bytes: int = 1 << 20) -> list[bytes]:
    """Read and remove everything."""
    found: list[bytes] = []
    while (batch := await journal.oldest(max_bytes=max_bytes)) is not None:
        found += batch.payloads
        await journal.remove(batch)
    return found


def segments(folder: Path, suffix: str = "journal") -> Sequence[Path]:
    return sorted(folder.glob(f"*.{suffix}"))


@given(payloads=PAYLOADS)
def test_entries_are_read_as_they_were_written_and_half_of_one_is_none(payloads: list[bytes]) -> None:
    content = b"".join(map(framed, payloads))
    assert [payload for payload, _ in entries_in(content)] == payloads
    assert [payload for payload, _ in entries_in(content[:-1])] == payloads[:-1]
    assert [payload for payload, _ in entries_in(content + bytes(4096))] == payloads


@given(payloads=PAYLOADS, data=st.data())
def test_a_changed_byte_is_noticed(payloads: list[bytes], data: st.DataObject) -> None:
    content = bytearray(b"".join(map(framed, payloads)))
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    read = [payload for payload, _ in entries_in(bytes(content))]
    assert len(read) < len(payloads)
    assert read == payloads[: len(read)]


async def test_what_was_written_is_there_in_order_and_gone_once_it_was_removed(tmp_path: Path) -> None:
    async with opened(tmp_path) as journal:
        await written(journal, b"first", b"second")
        await written(journal, b"third")
        assert journal.waiting == 3
        assert await taken(journal) == [b"first", b"second", b"third"]
        assert (journal.waiting, journal.size_bytes, segments(tmp_path)) == (0, 0, [])
        await written(journal, b"fourth")
        assert await taken(journal) == [b"fourth"]


async def test_what_was_not_removed_is_there_after_a_restart(tmp_path: Path) -> None:
    async with opened(tmp_path) as journal:
        await written(journal, b"first", b"second")
    async with opened(tmp_path) as journal:
        assert journal.waiting == 2
        await written(journal, b"third")
        assert await taken(journal) == [b"first", b"second", b"third"]
    async with opened(tmp_path) as journal:
        assert await taken(journal) == []


async def test_space_comes_back_a_segment_at_a_time(tmp_path: Path) -> None:
    async with opened(tmp_path, max_bytes=8000) as journal:
        for number in range(6):
            await written(journal, bytes([number]) * 900)
        files = segments(tmp_path)
        assert len(files) > 2
        before = journal.size_bytes
        batch = await journal.oldest(max_bytes=10_000)
        assert batch is not None
        await journal.remove(batch)
        assert journal.size_bytes < before
        assert segments(tmp_path) == files[1:]
        assert sum(file.stat().st_size for file in files[1:]) == journal.size_bytes


async def test_a_full_journal_takes_nothing_until_something_was_removed(tmp_path: Path) -> None:
    async with opened(tmp_path, max_bytes=4000) as journal:
        for _ in range(3):
            await written(journal, b"x" * 1000)
        with pytest.raises(JournalFull):
            await written(journal, b"x" * 1000)
        await taken(journal)
        await written(journal, b"y" * 1000)
        assert await taken(journal) == [b"y" * 1000]


async def test_a_large_entry_is_read_alone(tmp_path: Path) -> None:
    async with opened(tmp_path) as journal:
        await written(journal, b"small", b"x" * 50_000, b"small")
        assert await taken(journal, max_bytes=100) == [b"small", b"x" * 50_000, b"small"]


async def test_a_second_receiver_is_told_whose_folder_it_is(tmp_path: Path) -> None:
    async with opened(tmp_path):
        with pytest.raises(JournalInUse, match="Another receiver uses the journal"):
            await Journal.open(tmp_path, max_bytes=1 << 20)
    async with opened(tmp_path) as journal:
        assert journal.waiting == 0


async def test_what_comes_while_the_disk_is_busy_shares_one_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    syncs, may_go_on = list[int](), threading.Event()

    def slow(file: int) -> None:
        may_go_on.wait(10)
        syncs.append(file)

    async with opened(tmp_path) as journal:
        monkeypatch.setattr(os, "fdatasync", slow)
        writing = [asyncio.create_task(written(journal, b"first"))]
        await eventually(lambda: bool(segments(tmp_path)), what="the first write has begun")
        writing += [asyncio.create_task(written(journal, bytes([number + 1]))) for number in range(20)]
        await eventually(lambda: journal.waiting == 21, what="all wait")
        may_go_on.set()
        await asyncio.gather(*writing)
    assert len(syncs) == 2


async def test_a_disk_that_hangs_is_told_to_all_who_wait_and_what_it_wrote_at_last_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    monkeypatch.setattr(os, "fdatasync", lambda _: may_go_on.wait(10))
    async with opened(tmp_path, within_s=0.02) as journal:
        first, second = (asyncio.create_task(written(journal, payload)) for payload in (b"first", b"second"))
        for writing in (first, second):
            with pytest.raises(JournalBroken):
                await writing
        with pytest.raises(JournalBroken):
            await written(journal, b"third")
        may_go_on.set()
        assert b"first" in await taken(journal)
        await written(journal, b"fourth")
        assert await taken(journal) == [b"fourth"]


def full(*_: object) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("call", ["write", "fdatasync"])
async def test_a_full_disk_is_not_filled_with_segments_that_hold_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    async with opened(tmp_path) as journal:
        with monkeypatch.context() as patched:
            patched.setattr(os, call, full)
            for _ in range(3):
                with pytest.raises(JournalBroken):
                    await written(journal, b"lost")
        assert segments(tmp_path) == []
        await written(journal, b"after")
        assert await taken(journal) == [b"after"]


@pytest.mark.parametrize("call", ["write", "fdatasync"])
async def test_what_the_disk_did_not_take_is_not_there_and_the_next_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    async with opened(tmp_path) as journal:
        await written(journal, b"before")
        with monkeypatch.context() as patched:
            patched.setattr(os, call, full)
            with pytest.raises(JournalBroken):
                await written(journal, b"lost")
        assert journal.waiting == 1
        await written(journal, b"after")
    async with opened(tmp_path) as journal:
        assert await taken(journal) == [b"before", b"after"]


async def test_a_damaged_part_is_set_aside_and_what_comes_later_goes_on(tmp_path: Path) -> None:
    async with opened(tmp_path, max_bytes=8000) as journal:
        for number in range(4):
            await written(journal, bytes([number + 1]) * 600)
        first = segments(tmp_path)[0]
        content = bytearray(first.read_bytes())
        content[len(MAGIC) + 20] ^= 255
        first.write_bytes(content)
        found = await taken(journal)
        assert found == [bytes([number]) * 600 for number in (3, 4)]
        assert journal.waiting == 0
    assert len(segments(tmp_path, "damaged")) == 1


@settings(max_examples=30, deadline=None)
@given(payloads=PAYLOADS, segment_bytes=st.integers(20, 200), data=st.data())
def test_a_crash_at_any_byte_loses_nothing_that_was_durable(
    payloads: list[bytes], segment_bytes: int, data: st.DataObject
) -> None:
    """What a crash can do to a journal: the last segment ends anywhere behind what was synced, perhaps in
    zeros or in nonsense.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        asyncio.run(_write_in_segments(folder, payloads, segment_bytes))
        last = segments(folder)[-1]
        content = last.read_bytes()
        cut = data.draw(st.integers(0, len(content)), label="cut")
        last.write_bytes(content[:cut] + data.draw(st.sampled_from(TORN)))
        before = len(payloads) - len(list(entries_in(content[len(MAGIC) :])))
        whole = len(list(entries_in(content[len(MAGIC) : cut]))) if cut >= len(MAGIC) else 0
        assert asyncio.run(_taken_anew(folder)) == payloads[: before + whole]


async def _write_in_segments(folder: Path, payloads: Sequence[bytes], segment_bytes: int) -> None:
    async with opened(folder, segment_bytes=segment_bytes) as journal:
        for payload in payloads:
            await written(journal, payload)


async def _taken_anew(folder: Path) -> list[bytes]:
    async with opened(folder) as journal:
        return await taken(journal)


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(st.sampled_from(["write", "take", "restart"]), min_size=1, max_size=25))
def test_any_sequence_keeps_all_in_order_and_a_restart_may_repeat_but_not_skip(
    steps: list[str],
) -> None:
    asyncio.run(_live(steps))


async def _live(steps: Sequence[str]) -> None:
    with TemporaryDirectory() as name:
        journal = await Journal.open(Path(name), max_bytes=1 << 20, segment_bytes=60)
        count, removed = 0, 0
        for step in steps:
            if step == "write":
                count += 1
                await written(journal, b"%030d" % count)
            elif step == "take":
                if (batch := await journal.oldest(max_bytes=100)) is not None:
                    numbers = [int(payload) for payload in batch.payloads]
                    assert numbers == list(range(numbers[0], numbers[-1] + 1))
                    assert numbers[0] <= removed + 1
                    removed = max(removed, numbers[-1])
                    await journal.remove(batch)
            else:
                await journal.close()
                journal = await Journal.open(Path(name), max_bytes=1 << 20, segment_bytes=60)
        numbers = [int(payload) for payload in await taken(journal)]
        assert numbers == list(range(count - len(numbers) + 1, count + 1))
        assert len(numbers) >= count - removed
        await journal.close()
