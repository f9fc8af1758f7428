"""The daily commands: all explained, all there, and the pages name no others."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from tests.repo.checkout import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE))
PAGES = ("README.md", "AGENTS.md", "CONTRIBUTING.md")
MAKE = shutil.which("make") or "make"


def test_make_alone_lists_every_target() -> None:
    shown = subprocess.run([MAKE], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert set(re.findall(r"^  ([a-z-]+) ", plain, re.MULTILINE)) == TARGETS


def test_every_target_is_phony() -> None:
    (declared,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert set(declared.split()) == TARGETS


def test_every_tool_that_make_calls_is_there() -> None:
    tools = set(re.findall(r"\btools/\w+\.py\b", MAKEFILE))
    assert tools
    assert [tool for tool in sorted(tools) if not (ROOT / tool).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_only_targets_that_exist(page: str) -> None:
    named = set(re.findall(r"\bmake ([a-z][a-z-]*)", _code_of((ROOT / page).read_text())))
    assert named <= TARGETS


def test_ci_runs_check_and_test() -> None:
    assert re.findall(r"for target in ([a-z ]+);", (ROOT / ".ci" / "run").read_text()) == ["check test"]


def _code_of(text: str) -> str:
    """Return what stands in code marks and fences."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
