"""Settings: every fault is one sentence that names the variable and hides the value."""

from __future__ import annotations

import pytest
from pydantic_settings import BaseSettings, SettingsConfigDict

from muniment_kit.errors import SettingsError
from muniment_kit.settings import KitSettings, load, read
from tests.builders.kit_settings import kit_settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for field in KitSettings.model_fields:
        monkeypatch.delenv(f"MUNIMENT_{field.upper()}", raising=False)
    return monkeypatch


def test_settings_come_from_the_environment(bare_environment: pytest.MonkeyPatch) -> None:
    bare_environment.setenv("MUNIMENT_KAFKA_BOOTSTRAP_SERVERS", "kafka:9092")
    bare_environment.setenv("MUNIMENT_CLIENT_NAME", "ecm-archiver-0")
    bare_environment.setenv("MUNIMENT_COMMIT_INTERVAL_S", "0.5")
    settings = load(KitSettings)
    assert settings.kafka_bootstrap_servers == "kafka:9092"
    assert settings.client_name == "ecm-archiver-0"
    assert settings.commit_interval_s == 0.5


def test_each_fault_is_a_line_on_stderr_without_the_value_and_the_exit_code_is_2(
    bare_environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bare_environment.setenv("MUNIMENT_CONCURRENCY", "s3cret")
    bare_environment.setenv("MUNIMENT_LOG_FORMAT", "s3cret")
    with pytest.raises(SystemExit) as exit:
        load(KitSettings)
    assert exit.value.code == 2
    said = capsys.readouterr().err
    assert said.splitlines() == [
        "MUNIMENT_KAFKA_BOOTSTRAP_SERVERS is missing: set it in the environment.",
        "MUNIMENT_CONCURRENCY is wrong: input should be a valid integer, "
        "unable to parse string as an integer.",
        "MUNIMENT_LOG_FORMAT is wrong: input should be 'json' or 'console'.",
    ]
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"drain_s": 30, "session_timeout_s": 45}, "drain_s must be at most half of session_timeout_s"),
        ({"retry_lane_budget_s": 10, "retry_total_s": 5}, "retry_lane_budget_s must not exceed"),
        ({"retry_base_s": 50, "retry_cap_s": 5}, "must not fall in this order"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(given: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        kit_settings(**given)


def test_a_services_own_settings_are_named_with_their_own_prefix(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(BaseSettings):
        model_config = SettingsConfigDict(env_prefix="ECM_ARCHIVER_")
        url: str
        retries: int = 3

    monkeypatch.setenv("ECM_ARCHIVER_RETRIES", "many")
    with pytest.raises(SettingsError) as caught:
        read(Own)
    assert [fault.split(" ")[0] for fault in caught.value.faults] == [
        "ECM_ARCHIVER_URL",
        "ECM_ARCHIVER_RETRIES",
    ]
