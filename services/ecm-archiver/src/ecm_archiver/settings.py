"""Settings of ecm-archiver, from variables that begin with ``ECM_ARCHIVER_``."""

from __future__ import annotations

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class EcmArchiverSettings(BaseSettings):
    """What ecm-archiver needs to know of the Content Server. Read once, at start."""

    model_config = SettingsConfigDict(env_prefix="ECM_ARCHIVER_", frozen=True)

    url: str
    """Address of the Content Server with its cgi path, ``https://ecm.example/cs/cs``."""
    username: str = ""
    """Service account, to log in with a password."""
    password: SecretStr = SecretStr("")
    """Password of the service account."""
    otds_url: str = ""
    """Address of OTDS, ``https://ecm.example/otdsws``, to log in with a client id instead."""
    client_id: str = ""
    """OTDS OAuth client."""
    client_secret: SecretStr = SecretStr("")
    """Secret of the OTDS OAuth client."""
    ca_file: Path | None = None
    """Certificate authority of the server, where it is not a public one."""
    client_certificate_file: Path | None = None
    """Our certificate (PEM) for mutual TLS."""
    client_key_file: Path | None = None
    """The key of our certificate, where the certificate's file does not hold it."""
    classify_records: bool = True
    """Whether documents are made records by an RM classification; needs the server's records management."""
    allow_private_addresses: bool = True
    """Whether the server may be at a private address; a Content Server usually is."""
    max_concurrency: int = 32
    """Most requests at once. The client begins low and goes up while the server keeps up (it has some tens of
    threads), and halves on a sign of overload."""
    timeout_s: float = 60.0
    """Longest wait for one answer."""
