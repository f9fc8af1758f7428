"""The check of the pages for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_docs import README_MAX_LINES, anchors, faults_of


@pytest.mark.parametrize(
    "link",
    [
        "other.md",
        "other.md#a-heading",
        "#own-heading",
        "docs/",
        "https://example.org/x",
        "mailto:a@example.org",
    ],
)
def test_a_link_that_leads_somewhere_is_fine(tmp_path: Path, link: str) -> None:
    _pages(tmp_path, f"# Own heading\n[text]({link})\n")
    assert list(faults_of(tmp_path)) == []


@pytest.mark.parametrize(
    ("link", "told"),
    [("gone.md", "leads nowhere"), ("other.md#gone", "a heading that is not there"), ("#gone", "not there")],
)
def test_a_broken_link_is_named_with_its_page(tmp_path: Path, link: str, told: str) -> None:
    _pages(tmp_path, f"# Own heading\n[text]({link})\n")
    (fault,) = faults_of(tmp_path)
    assert fault.startswith(f"page.md: {link} ")
    assert told in fault


def test_code_is_not_read_for_links(tmp_path: Path) -> None:
    _pages(tmp_path, "```\n[text](gone.md)\n```\n")
    assert list(faults_of(tmp_path)) == []


def test_a_long_front_page_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("line\n" * README_MAX_LINES)
    (fault,) = faults_of(tmp_path)
    assert fault.startswith(f"README.md has {README_MAX_LINES} lines; keep it below {README_MAX_LINES}")


def test_anchors_are_spelled_as_code_hosts_spell_them() -> None:
    text = "# `make test`: all, at once\n```\n# no heading\n```\n## Größe\n"
    assert anchors(text) == {"make-test-all-at-once", "größe"}


def _pages(root: Path, text: str) -> None:
    (root / "docs").mkdir()
    (root / "other.md").write_text("# Other\n\n## A heading\n")
    (root / "page.md").write_text(text)
