"""A Confluent-API schema registry over HTTP: Confluent, Karapace, Redpanda, Apicurio (``/apis/ccompat/v7``).

https://docs.confluent.io/platform/current/schema-registry/develop/api.html

Blocking, with the standard library alone, and safe to use from several threads. Redirects are not followed.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn, TypeAlias
from urllib.parse import quote, urlsplit

from muniment_contracts.errors import RegistryRefused, RegistryUnavailable, UnknownSchema

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

FULL_TRANSITIVE = "FULL_TRANSITIVE"
_MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
_MAX_ANSWER_BYTES = 4 << 20
_ATTEMPTS = 3
_FIRST_WAIT_S = 0.1
_TRANSIENT = frozenset((429, 500, 502, 503, 504))


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryAccess:
    """Where the registry is and how we sign in: nothing, a user with a password, or a bearer token.

    ``url`` ends where ``/subjects`` would follow. Raises ``ValueError`` if it is no such URL.
    """

    url: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    timeout_s: float = 5.0

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("the registry's address must be http(s)://host[:port][/path]")
        if parts.username is not None or parts.password is not None:
            raise ValueError("the registry's address must not hold credentials; there are settings for them")
        if self.token is not None and self.username is not None:
            raise ValueError("give the registry either a token or a user, not both")


@dataclass(frozen=True, slots=True)
class RegisteredSchema:
    """One version of a subject as the registry holds it."""

    id: int
    subject: str
    version: int
    text: str


class RegistryClient:
    """Asks the registry, and tells it.

    Every method may raise ``RegistryUnavailable`` or ``RegistryRefused``.
    """

    def __init__(self, access: RegistryAccess) -> None:
        self._access = access
        parts = urlsplit(access.url)
        self._is_secure = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port
        self._path = parts.path.rstrip("/")
        self._tls = ssl.create_default_context(cafile=access.ca_file) if self._is_secure else None
        self._headers = {"Accept": f"{_MEDIA_TYPE}, application/json", **_authorization(access)}

    @property
    def place(self) -> str:
        """The registry's host and port, for messages."""
        return f"{self._host}:{self._port}" if self._port else self._host

    def schema(self, schema_id: int) -> str:
        """Return the text of the schema with this id. Raises ``UnknownSchema``."""
        answer = self._ask("GET", f"/schemas/ids/{schema_id}", unknown=f"the id {schema_id}")
        return self._text(answer, "schema")

    def subjects(self) -> list[str]:
        """Return the names of all subjects."""
        answer = self._ask("GET", "/subjects")
        return [str(name) for name in answer] if isinstance(answer, list) else self._misunderstood()

    def newest(self, subject: str) -> RegisteredSchema:
        """Return the newest version of ``subject``. Raises ``UnknownSchema``."""
        answer = self._ask("GET", f"/subjects/{_quoted(subject)}/versions/latest", unknown=subject)
        return RegisteredSchema(
            self._number(answer, "id"), subject, self._number(answer, "version"), self._text(answer, "schema")
        )

    def versions(self, subject: str) -> list[int]:
        """Return the versions of ``subject``, oldest first; none if there is no such subject."""
        try:
            answer = self._ask("GET", f"/subjects/{_quoted(subject)}/versions", unknown=subject)
        except UnknownSchema:
            return []
        if not isinstance(answer, list):
            return self._misunderstood()
        return sorted(number for number in answer if isinstance(number, int))

    def version_of(self, subject: str, schema_id: int) -> int | None:
        """Return which version of ``subject`` the schema with this id is, or ``None`` if it is none."""
        path = f"/schemas/ids/{schema_id}/versions"
        answer = self._ask("GET", path, unknown=f"the id {schema_id}")
        for use in answer if isinstance(answer, list) else []:
            if isinstance(use, dict) and use.get("subject") == subject:
                return self._number(use, "version")
        return None

    def register(self, subject: str, text: str, *, schema_id: int | None = None, version: int = 0) -> int:
        """Register ``text`` as a version of ``subject`` and return its id.

        ``schema_id`` and ``version`` ask for this id and version, which takes a subject in import mode; a
        registry may ignore them, so compare the answer.
        """
        body: dict[str, Json] = {"schema": text}
        if schema_id is not None:
            body |= {"id": schema_id, "version": version}
        return self._number(self._ask("POST", f"/subjects/{_quoted(subject)}/versions", body), "id")

    def compatibility(self, subject: str) -> str | None:
        """Return the compatibility level set for ``subject``, or ``None`` if it has none of its own."""
        try:
            answer = self._ask("GET", f"/config/{_quoted(subject)}", unknown=subject)
        except UnknownSchema:
            return None
        return self._text(answer, "compatibilityLevel")

    def set_compatibility(self, subject: str, level: str = FULL_TRANSITIVE) -> None:
        """Set the compatibility level of ``subject``."""
        self._ask("PUT", f"/config/{_quoted(subject)}", {"compatibility": level})

    def set_mode(self, subject: str, mode: str) -> None:
        """Set the mode of ``subject``: ``IMPORT``, ``READWRITE``. Raises ``RegistryRefused`` if it cannot."""
        self._ask("PUT", f"/mode/{_quoted(subject)}?force=true", {"mode": mode})

    def _ask(self, method: str, path: str, body: Json = None, *, unknown: str | None = None) -> Json:
        """Exchange one request; ``unknown`` names what a 404 says is not there."""
        status, content = self._exchange_patiently(method, path, body)
        if status == 404 and unknown is not None:
            raise UnknownSchema(f"The schema registry at {self.place} has no schema for {unknown}.")
        if status in (401, 403):
            raise RegistryRefused(
                f"The schema registry at {self.place} refuses our credentials ({status}): check "
                "MUNIMENT_SCHEMA_REGISTRY_USERNAME, _PASSWORD or _TOKEN and what they may do.",
                status=status,
            )
        if not 200 <= status < 300:
            raise RegistryRefused(
                f"The schema registry at {self.place} refuses {method} {path.partition('?')[0]} ({status}).",
                status=status,
            )
        try:
            answer: Json = json.loads(content)
        except ValueError:
            return self._misunderstood()
        return answer

    def _exchange_patiently(self, method: str, path: str, body: Json) -> tuple[int, bytes]:
        """Try again what may be repeated: every request here has the same effect twice as once."""
        trouble = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_FIRST_WAIT_S * 2**attempt)
            try:
                status, content = self._exchange(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                trouble = type(error).__name__
                continue
            if status not in _TRANSIENT:
                return status, content
            trouble = f"HTTP {status}"
        raise RegistryUnavailable(
            f"The schema registry at {self.place} does not answer ({trouble}); "
            "see MUNIMENT_SCHEMA_REGISTRY_URL."
        )

    def _exchange(self, method: str, path: str, body: Json) -> tuple[int, bytes]:
        connection = self._connection()
        try:
            content = None if body is None else json.dumps(body).encode()
            headers = self._headers if content is None else {**self._headers, "Content-Type": _MEDIA_TYPE}
            connection.request(method, f"{self._path}{path}", content, headers)
            answer = connection.getresponse()
            read = answer.read(_MAX_ANSWER_BYTES + 1)
            if len(read) > _MAX_ANSWER_BYTES:
                raise http.client.HTTPException("the answer is too large")
            return answer.status, read
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        timeout_s = self._access.timeout_s
        if self._tls is not None:
            return http.client.HTTPSConnection(self._host, self._port, timeout=timeout_s, context=self._tls)
        return http.client.HTTPConnection(self._host, self._port, timeout=timeout_s)

    def _text(self, answer: Json, name: str) -> str:
        value = answer.get(name) if isinstance(answer, dict) else None
        return value if isinstance(value, str) else self._misunderstood()

    def _number(self, answer: Json, name: str) -> int:
        value = answer.get(name) if isinstance(answer, dict) else None
        return value if isinstance(value, int) else self._misunderstood()

    def _misunderstood(self) -> NoReturn:
        raise RegistryUnavailable(
            f"What answers at {self.place} is no schema registry; MUNIMENT_SCHEMA_REGISTRY_URL must end "
            "where /subjects would follow."
        )


def _authorization(access: RegistryAccess) -> Mapping[str, str]:
    if access.token is not None:
        return {"Authorization": f"Bearer {access.token}"}
    if access.username is not None:
        pair = f"{access.username}:{access.password or ''}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return {}


def _quoted(subject: str) -> str:
    return quote(subject, safe="")
