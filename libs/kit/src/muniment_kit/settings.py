"""Settings every role shares, from ``MUNIMENT_…`` variables, and the way every role reads its own."""

from __future__ import annotations

import sys
from typing import Annotated, Literal, Self, TypeVar

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from muniment_contracts.registry_client import RegistryAccess
from muniment_kit.errors import SettingsError

S = TypeVar("S", bound=BaseModel)

Seconds = Annotated[float, Gt(0)]
Count = Annotated[int, Ge(1)]
Bytes = Annotated[int, Ge(1)]
Share = Annotated[float, Gt(0), Le(1)]


class KitSettings(BaseSettings):
    """What the runtime needs to know; every field is the variable ``MUNIMENT_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="MUNIMENT_", frozen=True, extra="ignore")

    # Kafka
    kafka_bootstrap_servers: str
    """Brokers to begin with, ``host:port``, separated by commas."""
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    """How the connection is secured, in Kafka's own words."""
    kafka_ca_file: str | None = None
    """Certificate authorities (PEM) to check the brokers against; without it the system's."""
    kafka_certificate_file: str | None = None
    """This client's certificate (PEM), where the brokers ask for one."""
    kafka_key_file: str | None = None
    """The key (PEM) of this client's certificate."""
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    """How the login is made."""
    kafka_sasl_username: str | None = None
    """Who logs in."""
    kafka_sasl_password: SecretStr | None = None
    """The password of the login."""
    topic_prefix: str = ""
    """Put before every topic's name and the consumer group's, so that installations can share a broker."""
    client_name: str | None = None
    """The pod's name: a member that comes back under it gets its partitions back (static membership)."""
    session_timeout_s: Seconds = 45.0
    """A member that was not heard of for this long loses its partitions to the others."""
    request_timeout_s: Seconds = 30.0
    """Longest wait for one answer of a broker."""
    record_bytes: Bytes = 20 * 1024 * 1024
    """The largest record that is sent; each topic has its own, lower limit."""

    # Schemas
    schema_registry_url: str = ""
    """A registry with Confluent's API, up to where ``/subjects`` follows; empty takes the files that ship."""
    schema_registry_username: str | None = None
    """User for basic authentication; reading is all it needs to be allowed."""
    schema_registry_password: SecretStr | None = None
    """Its password."""
    schema_registry_token: SecretStr | None = None
    """A bearer token, instead of user and password."""
    schema_registry_ca_file: str | None = None
    """Certificates that the registry's own is checked against; the system's by default."""
    schema_registry_timeout_s: Seconds = 5.0
    """How long one question to the registry may take; it is asked up to three times."""

    # Polling and lanes
    poll_records: Count = 500
    """Most records taken from the client at once."""
    fetch_bytes: Bytes = 8 * 1024 * 1024
    """Most bytes that one fetch brings from a broker."""
    partition_fetch_bytes: Bytes = 1024 * 1024
    """Most bytes that one fetch brings of one partition; a larger record still comes, alone."""
    concurrency: Count = 64
    """How many keys are handled at the same time in one process."""
    waiting_records: Count = 4000
    """Records in memory, in one process; beyond it all partitions are paused."""
    waiting_bytes: Bytes = 32 * 1024 * 1024
    """Bytes of records in memory, in one process; beyond it all partitions are paused."""
    partition_waiting_records: Count = 1000
    """Records of one partition in memory; beyond it the partition is paused."""
    partition_waiting_bytes: Bytes = 8 * 1024 * 1024
    """Bytes of one partition in memory; beyond it the partition is paused."""
    resume_share: Annotated[float, Gt(0), Lt(1)] = 0.5
    """A paused partition is resumed when what waits has fallen to this share of the bound."""
    coalesce_records: Count = 100
    """Most records of one key that a coalescing handler gets at once."""
    coalesce_bytes: Bytes = 8 * 1024 * 1024
    """Most bytes of one key that a coalescing handler gets at once."""
    commit_interval_s: Seconds = 0.2
    """Offsets are committed at most this often."""
    drain_s: Seconds = 10.0
    """How long running handlers may take to finish when partitions are revoked or the process ends."""

    # Retries and dead letters
    retry_base_s: Seconds = 0.2
    """Bound of the first wait between attempts; it doubles with each."""
    retry_cap_s: Seconds = 30.0
    """Largest bound of a wait between attempts."""
    retry_lane_budget_s: Seconds = 60.0
    """Past this time a record is overdue: its key is parked in the retry topic, and other keys go on."""
    retry_overdue_cap_s: Seconds = 120.0
    """Largest bound of a wait once a record is overdue."""
    retry_total_s: Seconds = 24 * 3600.0
    """Past this time a record that still cannot be handled becomes a dead letter."""
    parked_keys: Count = 10_000
    """Most keys parked a partition; beyond it overdue keys keep their lanes, and the partition may pause."""
    parked_concurrency: Count = 16
    """How many parked keys are tried at the same time in one process, beside ``concurrency``."""
    parked_waiting_records: Count = 2000
    """Parked records in memory, in one process; they take no room from the others."""
    parked_waiting_bytes: Bytes = 16 * 1024 * 1024
    """Bytes of parked records in memory, in one process."""
    dead_letters_in_a_row: Count = 50
    """This many dead letters in a row stop the partition: the fault is not in the records."""
    dead_letters_share: Share = 0.1
    """More dead letters than this share stop the partition."""
    dead_letters_window: Count = 1000
    """The share is taken over this many finished records of a partition."""

    # What operators see
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least level that is logged."""
    log_format: Literal["json", "console"] = "json"
    """``json`` for machines, ``console`` for people."""
    tracing: Literal["off", "console", "otlp"] = "off"
    """Spans: none, printed, or sent by OTLP over HTTP to where ``OTEL_EXPORTER_OTLP_ENDPOINT`` says."""
    health_host: str = "127.0.0.1"
    """Address of the server for ``/livez``, ``/readyz`` and ``/metrics``."""
    health_port: Annotated[int, Ge(0), Le(65535)] = 0
    """0 takes a free port; the log line ``health server listening`` names it."""
    stall_s: Seconds = 300.0
    """Work without progress for this long means the process hangs: ``/livez`` says so."""

    # Blobs
    blobs_url: str = "memory://"
    """Where large documents lie: ``file:///…``, ``s3://…`` or ``memory://`` (one process only)."""

    @model_validator(mode="after")
    def _registry_can_be_addressed(self) -> Self:
        if self.schema_registry_url:
            token = self.schema_registry_token and self.schema_registry_token.get_secret_value()
            RegistryAccess(
                url=self.schema_registry_url, username=self.schema_registry_username, token=token or None
            )
        return self

    @model_validator(mode="after")
    def _durations_fit_together(self) -> Self:
        if self.drain_s * 2 > self.session_timeout_s:
            raise ValueError("drain_s must be at most half of session_timeout_s")
        if self.retry_lane_budget_s > self.retry_total_s:
            raise ValueError("retry_lane_budget_s must not exceed retry_total_s")
        if self.retry_base_s > self.retry_cap_s or self.retry_cap_s > self.retry_overdue_cap_s:
            raise ValueError("retry_base_s, retry_cap_s and retry_overdue_cap_s must not fall in this order")
        return self


def load(settings_class: type[S]) -> S:
    """Read ``settings_class`` from the environment; on faults print a line each on stderr and exit with 2.

    Values are never printed: they may be secret.
    """
    try:
        return read(settings_class)
    except SettingsError as error:
        for fault in error.faults:
            print(fault, file=sys.stderr)  # noqa: T201 - before logging is configured, for the person who starts us
        raise SystemExit(2) from None


def read(settings_class: type[S]) -> S:
    """Read ``settings_class`` from the environment. Raises ``SettingsError`` with one sentence a fault."""
    try:
        return settings_class()
    except ValidationError as error:
        raise SettingsError(_faults(settings_class, error)) from None


def _faults(settings_class: type[BaseModel], error: ValidationError) -> list[str]:
    faults = []
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        message = detail["msg"].removeprefix("Value error, ")
        if not detail["loc"]:
            faults.append(f"Settings do not fit together: {message}.")
            continue
        variable = _variable(settings_class, detail["loc"])
        if detail["type"] == "missing":
            faults.append(f"{variable} is missing: set it in the environment.")
        else:
            faults.append(f"{variable} is wrong: {message[:1].lower()}{message[1:]}.")
    return faults


def _variable(settings_class: type[BaseModel], location: tuple[int | str, ...]) -> str:
    prefix = str(settings_class.model_config.get("env_prefix", ""))  # only settings classes have one
    delimiter = str(settings_class.model_config.get("env_nested_delimiter") or "__")
    name = delimiter.join(str(part) for part in location)
    return name.upper() if name.upper().startswith(prefix) else f"{prefix}{name}".upper()
