"""The rules of the house hold for every file."""

from __future__ import annotations

from tests.repo.checkout import ROOT
from tools.check_docs import faults_of as faults_of_pages
from tools.check_house import faults_of, files


def test_every_file_keeps_the_house_rules() -> None:
    assert [fault for path in files(ROOT) for fault in faults_of(path, ROOT)] == []


def test_every_link_leads_somewhere() -> None:
    assert list(faults_of_pages(ROOT)) == []
