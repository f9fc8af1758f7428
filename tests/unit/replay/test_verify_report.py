"""Whatever is done to a report afterwards is found, and the first place is named."""

from __future__ import annotations

import hashlib
from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment_ops.exit_codes import WrongUse
from muniment_ops.replay.verify_report import Fault, examine_report
from muniment_ops.signing import Signer
from tests.unit.replay.paper_topic import odd_offsets_differ, paper_run

RECORDS = "records-0.jsonl"


def first_fault(folder: Path) -> Fault:
    found = examine_report(folder)
    assert not found.is_sound
    return found.faults[0]


def rewrite_lines(folder: Path, *places: int) -> None:
    """Write the lines of the report anew, those at ``places`` in that order."""
    lines = (folder / RECORDS).read_bytes().splitlines(keepends=True)
    (folder / RECORDS).write_bytes(b"".join(lines[place] for place in places))


async def test_a_report_as_it_was_written_is_sound(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    found = examine_report(tmp_path)
    assert (found.is_sound, found.signed_by, found.counts["matched"]) == (True, None, 10)


async def test_one_flipped_byte_is_named_with_its_line(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    path = tmp_path / RECORDS
    content = bytearray(path.read_bytes())
    before = bytes(content).splitlines(keepends=True)
    at = len(before[0]) + len(before[1]) + 40
    content[at] ^= 1
    path.write_bytes(content)
    fault = first_fault(tmp_path)
    assert (fault.file, fault.line) == (RECORDS, 3)
    assert fault.first_byte is not None
    assert fault.last_byte is not None
    assert fault.first_byte <= at <= fault.last_byte
    assert "was altered" in fault.sentence


@pytest.mark.parametrize("flip", [1, 32, 128])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.33, 0.5, 0.77, 0.999])
async def test_no_flipped_bit_goes_unseen(tmp_path: Path, share: float, flip: int) -> None:
    await paper_run(tmp_path)
    path = tmp_path / RECORDS
    content = bytearray(path.read_bytes())
    at = int(share * len(content))
    content[at] ^= flip
    path.write_bytes(content)
    fault = first_fault(tmp_path)
    assert fault.file == RECORDS
    assert fault.first_byte is not None
    assert fault.first_byte <= at


async def test_a_removed_line_is_named(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    rewrite_lines(tmp_path, 0, 1, 2, 4, 5, 6, 7, 8, 9)
    fault = first_fault(tmp_path)
    assert fault.line == 4
    assert "Line 4 of records-0.jsonl was removed" in fault.sentence


async def test_lines_removed_at_the_end_are_named(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    rewrite_lines(tmp_path, *range(8))
    fault = first_fault(tmp_path)
    assert fault.line == 9
    assert "2 more were written" in fault.sentence


async def test_a_reordered_line_is_named(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    rewrite_lines(tmp_path, 0, 1, 5, 2, 3, 4, 6, 7, 8, 9)
    fault = first_fault(tmp_path)
    assert fault.line == 3
    assert "line 6 stands where line 3 was" in fault.sentence


async def test_a_repeated_line_is_named(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    rewrite_lines(tmp_path, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9)
    assert first_fault(tmp_path).line == 3


async def test_a_changed_manifest_is_found_with_and_without_signature(tmp_path: Path) -> None:
    for folder, signer in ((tmp_path / "plain", None), (tmp_path / "signed", new_signer())):
        await paper_run(folder, judge=odd_offsets_differ, signer=signer)
        forge(folder / "manifest.json")
        assert first_fault(folder).file == "manifest.json"


async def test_a_forger_who_mends_the_checksum_still_meets_the_lines(tmp_path: Path) -> None:
    await paper_run(tmp_path, judge=odd_offsets_differ)
    forge(tmp_path / "manifest.json")
    mend_checksum(tmp_path)
    assert first_fault(tmp_path).sentence == "The counts of the manifest are not those of the lines."


async def test_a_forger_who_mends_everything_fails_at_the_signature(tmp_path: Path) -> None:
    await paper_run(tmp_path, judge=odd_offsets_differ, signer=new_signer())
    forge(tmp_path / "manifest.json")
    mend_checksum(tmp_path)
    assert first_fault(tmp_path).sentence == "manifest.json is not what was signed."


async def test_a_signature_by_another_key_is_refused_when_the_key_is_named(tmp_path: Path) -> None:
    signer, other = new_signer(), new_signer()
    await paper_run(tmp_path, signer=signer)
    ours, theirs = signer.sign(b"").fingerprint, other.sign(b"").fingerprint
    assert examine_report(tmp_path, signed_by=ours).is_sound
    assert not examine_report(tmp_path, signed_by=theirs).is_sound
    assert examine_report(tmp_path).signed_by == ours


async def test_an_unsigned_report_is_refused_when_a_signature_is_asked_for(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    assert not examine_report(tmp_path, signed_by="00" * 32).is_sound


async def test_a_change_in_the_page_is_located(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    path = tmp_path / "report.html"
    content = bytearray(path.read_bytes())
    content[5000] ^= 1
    path.write_bytes(content)
    fault = first_fault(tmp_path)
    assert (fault.file, fault.first_byte, fault.last_byte) == ("report.html", 4096, 5119)


@pytest.mark.parametrize("name", [RECORDS, "report.html", "plan.json", "differences.jsonl"])
async def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    await paper_run(tmp_path)
    (tmp_path / name).unlink()
    assert first_fault(tmp_path).sentence == f"{name} is missing."


async def test_a_strange_file_is_named(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    (tmp_path / "records-7.jsonl").write_bytes(b"")
    assert first_fault(tmp_path).sentence == "records-7.jsonl does not belong to this report."


async def test_a_manifest_cannot_lead_out_of_its_folder(tmp_path: Path) -> None:
    await paper_run(tmp_path)
    path = tmp_path / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"records-0.jsonl"', b'"../records-0.jsonl"'))
    mend_checksum(tmp_path)
    assert "lacks a member" in first_fault(tmp_path).sentence


def test_a_folder_without_a_report_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="holds no report"):
        examine_report(tmp_path)


@settings(max_examples=60)
@given(
    content=st.binary(max_size=200)
    | st.sampled_from([b"{}", b"[]", b'{"format":"muniment-replay-report/1"}'])
)
def test_any_bytes_as_a_manifest_are_a_fault_and_no_crash(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    folder = tmp_path_factory.mktemp("report")
    (folder / "manifest.json").write_bytes(content)
    assert not examine_report(folder).is_sound


def new_signer() -> Signer:
    return Signer(Ed25519PrivateKey.generate())


def forge(path: Path) -> None:
    """Let no record have differed, in the manifest."""
    manifest = orjson.loads(path.read_bytes())
    manifest["counts"] |= {"matched": 10, "mismatched": 0}
    path.write_bytes(orjson.dumps(manifest, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def mend_checksum(folder: Path) -> None:
    digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    (folder / "manifest.sha256").write_text(f"{digest}  manifest.json\n")
