"""The generated pages of docs/reference say what the code says, and the code says something of everything."""

from __future__ import annotations

import re

import pytest

from muniment_kit.metrics import catalogue
from tools.generate_reference import stale_pages
from tools.reference_pages.errors import errors_page
from tools.reference_pages.settings import SECTIONS, Section, meanings, settings_page


def test_no_page_is_out_of_date() -> None:
    assert sorted(stale_pages()) == [], "run python -m tools.generate_reference"


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.title)
def test_every_setting_says_what_it_means(section: Section) -> None:
    assert set(section.fields()) - set(meanings(section.settings)) == set()


def test_every_error_says_what_happened() -> None:
    assert [line for line in errors_page().splitlines() if line.endswith("|  |")] == []


def test_secrets_are_marked_and_have_no_default() -> None:
    secret = re.compile(r"\| `\w*(_SECRETS?|_PASSWORD|_TOKEN)` \|")
    rows = [line for line in settings_page().splitlines() if secret.match(line)]
    assert len(rows) > 4
    assert all("| – | yes |" in row for row in rows)


def test_every_metric_is_described() -> None:
    assert all(metric.description.endswith(".") for metric in catalogue())
