"""Settings of a Content Server say what is wrong with them and show no secret."""

from __future__ import annotations

import pytest

from muniment_ecm import Account, ContentServerSettings
from muniment_kit.errors import SettingsError


@pytest.mark.parametrize(
    ("settings", "faults"),
    [
        ({"url": "", "username": "a", "password": "b"}, 1),
        ({"url": "https://ecm.example/cs/cs"}, 1),
        ({"url": "https://ecm.example/cs/cs", "username": "a"}, 1),
        ({"url": "https://ecm.example/cs/cs", "client_id": "a", "client_secret": "b"}, 1),
        ({"url": ""}, 2),
    ],
)
def test_each_fault_is_a_sentence(settings: dict[str, str], faults: int) -> None:
    with pytest.raises(SettingsError) as wrong:
        ContentServerSettings(url=settings.pop("url"), **settings)  # type: ignore[arg-type]  # all are strings
    assert len(wrong.value.faults) == faults


def test_two_ways_in_at_once_are_refused() -> None:
    with pytest.raises(SettingsError, match="one of both"):
        ContentServerSettings(
            url="https://ecm.example/cs/cs",
            username="a",
            password="b",
            otds_url="https://ecm.example/otdsws",
            client_id="c",
            client_secret="d",
        )


def test_secrets_are_not_shown() -> None:
    shown = repr(ContentServerSettings(url="https://ecm.example/cs/cs", username="a", password="hunter2"))
    assert "hunter2" not in shown


def test_a_reading_account_is_checked_too() -> None:
    with pytest.raises(SettingsError, match="reading account"):
        ContentServerSettings(
            url="https://ecm.example/cs/cs", username="a", password="b", reader=Account(username="c")
        )
    reader = Account(client_id="c", client_secret="hunter2")
    with pytest.raises(SettingsError, match="reading account"):
        ContentServerSettings(url="https://ecm.example/cs/cs", username="a", password="b", reader=reader)
    assert "hunter2" not in repr(reader)
