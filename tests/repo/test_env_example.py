"""The example of settings names what exists, and everything that must be set."""

from __future__ import annotations

import re

import pytest
from pydantic_settings import BaseSettings

from document_renderer.settings import RendererSettings
from ecm_archiver.settings import EcmArchiverSettings
from muniment_kit.settings import KitSettings
from shopify_ingest.settings import ReceiveSettings, RecordSettings
from tests.repo.checkout import ROOT

SETTINGS: list[type[BaseSettings]] = [
    KitSettings,
    ReceiveSettings,
    RecordSettings,
    RendererSettings,
    EcmArchiverSettings,
]
TEXT = (ROOT / ".env.example").read_text()
NAMED = set(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=", TEXT, re.MULTILINE))
SET = set(re.findall(r"^([A-Z][A-Z_]+)=", TEXT, re.MULTILINE))


def _variables(settings: type[BaseSettings], *, required: bool) -> set[str]:
    prefix = settings.model_config.get("env_prefix", "")
    return {
        f"{prefix}{name}".upper()
        for name, field in settings.model_fields.items()
        if field.is_required() or not required
    }


def test_every_name_is_a_setting_of_some_service() -> None:
    assert {name for settings in SETTINGS for name in _variables(settings, required=False)} >= NAMED


@pytest.mark.parametrize("settings", SETTINGS, ids=lambda settings: settings.__name__)
def test_what_must_be_set_is_set(settings: type[BaseSettings]) -> None:
    assert _variables(settings, required=True) <= SET
