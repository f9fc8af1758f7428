"""How every client of the broker connects."""

from __future__ import annotations

import ssl
from typing import TypedDict

from muniment_kit.settings import KitSettings


class ConnectionOptions(TypedDict):
    """The arguments that all aiokafka clients have in common."""

    bootstrap_servers: str
    client_id: str
    request_timeout_ms: int
    security_protocol: str
    ssl_context: ssl.SSLContext | None
    sasl_mechanism: str
    sasl_plain_username: str | None
    sasl_plain_password: str | None


def connection_options(settings: KitSettings, *, client_id: str) -> ConnectionOptions:
    """Return the connection that ``settings`` describe."""
    password = settings.kafka_sasl_password
    return ConnectionOptions(
        bootstrap_servers=settings.kafka_bootstrap_servers,
        client_id=settings.client_name or client_id,
        request_timeout_ms=int(settings.request_timeout_s * 1000),
        security_protocol=settings.kafka_security_protocol,
        ssl_context=_ssl_context(settings),
        sasl_mechanism=settings.kafka_sasl_mechanism,
        sasl_plain_username=settings.kafka_sasl_username,
        sasl_plain_password=password.get_secret_value() if password is not None else None,
    )


def _ssl_context(settings: KitSettings) -> ssl.SSLContext | None:
    if settings.kafka_security_protocol not in ("SSL", "SASL_SSL"):
        return None
    context = ssl.create_default_context(cafile=settings.kafka_ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.kafka_certificate_file is not None:
        context.load_cert_chain(settings.kafka_certificate_file, settings.kafka_key_file)
    return context
