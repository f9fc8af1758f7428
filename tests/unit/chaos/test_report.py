from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from muniment_kit.crash_points import CrashPoint
from muniment_ops.chaos.drill import Outcome
from muniment_ops.chaos.judgement import Finding
from muniment_ops.chaos.report import Report
from muniment_ops.chaos.schedule import make_schedule
from muniment_ops.signing import Signature, Signer


def drilled() -> Outcome:
    outcome = Outcome(make_schedule(500, 7))
    outcome.judgement.orders = 60
    outcome.journal.reached["archive", CrashPoint.AFTER_EFFECT] += 1
    with outcome.journal.noting("network", "cut", "ecm") as happening:
        happening.outcome = "3 connections reset"
    outcome.ended = {"archive": {"exit code 137": 2}}
    return outcome


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.references += [value or "" for name, value in attrs if name in ("src", "href")]


def test_a_clean_drill_has_passed_and_says_what_was_done() -> None:
    content = Report.of(drilled()).content
    assert content["verdict"] == "passed"
    assert content["asked"]["seed"] == 7
    reached = {(row["role"], row["point"]): row["reached"] for row in content["crash_points"]}
    assert reached["archive", "after-effect"] == 1
    assert reached["record", "after-commit"] == 0


def test_any_finding_fails_the_drill_and_is_told_in_both_files() -> None:
    outcome = drilled()
    outcome.judgement.doubled.append(Finding("#1001", "invoice INV-1001 is there twice"))
    report = Report.of(outcome)
    assert report.content["verdict"] == "failed"
    assert report.content["findings"]["doubled"] == 1
    assert b"invoice INV-1001 is there twice" in report.to_json()
    assert b"invoice INV-1001 is there twice" in report.to_html()


def test_the_page_needs_no_script_and_nothing_from_elsewhere() -> None:
    tags = Tags()
    tags.feed(Report.of(drilled()).to_html().decode())
    assert "script" not in tags.seen
    assert "link" not in tags.seen
    assert tags.references == []


def test_what_the_shop_says_never_becomes_markup() -> None:
    outcome = drilled()
    outcome.judgement.lost.append(Finding("<script>alert(1)</script>", "<b>bold</b>"))
    page = Report.of(outcome).to_html().decode()
    assert "<script>" not in page
    assert "<b>bold</b>" not in page
    assert "&lt;script&gt;" in page


def test_with_a_key_each_file_has_a_signature_that_covers_it(tmp_path: Path) -> None:
    Report.of(drilled()).write(tmp_path / "report", signer=Signer(Ed25519PrivateKey.generate()))
    for name in ("report.json", "report.html"):
        content = (tmp_path / "report" / name).read_bytes()
        signature = Signature.from_json((tmp_path / "report" / f"{name}.sig").read_bytes())
        assert signature.covers(content)
        assert not signature.covers(content[:-1] + b"x")


def test_without_a_key_there_are_two_files(tmp_path: Path) -> None:
    Report.of(drilled()).write(tmp_path, signer=None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json"]
    assert orjson.loads((tmp_path / "report.json").read_bytes())["format"] == "muniment.chaos-report/1"
