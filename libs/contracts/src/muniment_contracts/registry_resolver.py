"""Released schemas by way of a registry: asked at start, and later only beside the event loop.

The files stay the source of what this code knows; the registry must agree with them. What it adds are schemas
that were released after this code, by producers that are newer. See docs/decisions/0008-schema-registry.md.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from typing import Protocol, TypeVar

from muniment_contracts.errors import RegistryDiffers, RegistryError, SchemaPending, UnknownSchema
from muniment_contracts.registry_client import RegisteredSchema
from muniment_contracts.resolver import FileResolver, ReleasedSchema

V = TypeVar("V")

_KNOWN_AT_MOST = 1000
_UNKNOWN_AT_MOST = 1000
_ASKED_AT_MOST = 64
_AFTER_S = 0.2


class Registry(Protocol):
    """What the resolver asks; ``RegistryClient`` fits. Methods block and may raise ``RegistryError``."""

    def schema(self, schema_id: int) -> str: ...
    def newest(self, subject: str) -> RegisteredSchema: ...
    def version_of(self, subject: str, schema_id: int) -> int | None: ...


class RegistryResolver:
    """Fits ``SchemaResolver``; ``load`` it before use, and ``close`` it at the end.

    ``newest`` is the newest version *this code* knows, as with files: the body classes fit it. ``by_id``
    answers our own ids and those it has seen from memory. For any other it has the registry asked in a thread
    and raises ``SchemaPending`` after ``wait_s`` (0 on an event loop); ids the registry does not know are
    remembered for ``unknown_for_s``, a registry that does not answer is asked again after ``again_after_s``.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        files: FileResolver | None = None,
        wait_s: float = 0.0,
        unknown_for_s: float = 60.0,
        again_after_s: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registry = registry
        self._files = files or FileResolver()
        self._own = {schema.id: schema for schema in self._files.released()}
        self._wait_s = wait_s
        self._unknown_for_s = unknown_for_s
        self._again_after_s = again_after_s
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._learned: OrderedDict[int, ReleasedSchema] = OrderedDict()
        self._unknown: OrderedDict[int, float] = OrderedDict()
        self._not_before: dict[int, float] = {}
        self._asked: dict[int, Future[ReleasedSchema]] = {}
        self._asking = ThreadPoolExecutor(1, thread_name_prefix="schemas")

    def load(self) -> None:
        """Ask the registry for all our schemas and the newest of each subject. Blocks.

        Raises ``RegistryDiffers`` if it does not hold them under our ids, else ``RegistryError``.
        """
        for schema in self._own.values():
            self._compare(schema)
        for subject in sorted({schema.subject for schema in self._own.values()}):
            newest = self._registry.newest(subject)
            if newest.id not in self._own:
                self._learn(_learned(newest.id, newest.text, subject, newest.version))

    def by_id(self, schema_id: int) -> ReleasedSchema:
        """Return the schema, or raise ``UnknownSchema`` or ``SchemaPending``."""
        own = self._own.get(schema_id)
        if own is not None:
            return own
        with self._lock:
            asked = self._learned.get(schema_id) or self._ask(schema_id)
        if isinstance(asked, ReleasedSchema):
            return asked
        if asked is not None and self._wait_s > 0:
            try:
                return asked.result(self._wait_s)
            except (NotInTime, RegistryError):
                pass
        raise SchemaPending(schema_id, after_s=max(_AFTER_S, self._again_after_s if asked is None else 0))

    def newest(self, subject: str) -> ReleasedSchema:
        """Return the newest version this code knows; raise ``UnknownSchema`` if there is none."""
        return self._files.newest(subject)

    def close(self) -> None:
        """Ask no more; waits for a question that is under way."""
        self._asking.shutdown(wait=True, cancel_futures=True)

    def _compare(self, own: ReleasedSchema) -> None:
        try:
            text = self._registry.schema(own.id)
        except UnknownSchema:
            raise RegistryDiffers(
                f"{own.subject} v{own.version} is not in the schema registry under its id {own.id}. "
                "Register it first: muniment topics apply --registry."
            ) from None
        if not is_same_schema(text, own.text):
            raise RegistryDiffers(
                f"The schema registry has another schema under the id {own.id}, which our records carry for "
                f"{own.subject} v{own.version}. Fill another one: muniment topics apply --registry."
            )

    def _ask(self, schema_id: int) -> Future[ReleasedSchema] | None:
        """Return the question under way, or ``None`` if it is not to be asked now; the lock is held."""
        now = self._monotonic()
        if self._unknown.get(schema_id, 0.0) > now:
            raise UnknownSchema(f"The schema registry knows no schema with the id {schema_id}.")
        if schema_id not in self._asked:
            if self._not_before.get(schema_id, 0.0) > now or len(self._asked) >= _ASKED_AT_MOST:
                return None
            self._asked[schema_id] = self._asking.submit(self._fetch, schema_id)
        return self._asked[schema_id]

    def _fetch(self, schema_id: int) -> ReleasedSchema:
        """Ask the registry, in the thread; remember every sort of answer."""
        try:
            text = self._registry.schema(schema_id)
            subject = subject_of(text)
            found = _learned(schema_id, text, subject, self._registry.version_of(subject, schema_id) or 0)
        except UnknownSchema:
            with self._lock:
                del self._asked[schema_id]
                _remember(self._unknown, schema_id, self._monotonic() + self._unknown_for_s, _UNKNOWN_AT_MOST)
            raise
        except BaseException:
            with self._lock:
                del self._asked[schema_id]
                if len(self._not_before) >= _UNKNOWN_AT_MOST:
                    self._not_before.clear()
                self._not_before[schema_id] = self._monotonic() + self._again_after_s
            raise
        with self._lock:
            del self._asked[schema_id]
            self._not_before.pop(schema_id, None)
            self._learn(found)
        return found

    def _learn(self, found: ReleasedSchema) -> None:
        _remember(self._learned, found.id, found, _KNOWN_AT_MOST)


def is_same_schema(one: str, other: str) -> bool:
    """Say whether two schema texts are the same JSON: registries may reformat, never rewrite."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False


def subject_of(text: str) -> str:
    """Return the subject of a schema: its record's full name. Raises ``UnknownSchema`` if it is no record."""
    try:
        schema = json.loads(text)
    except ValueError:
        schema = None
    name = schema.get("name") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(name, str):
        raise UnknownSchema("What the schema registry has under this id is no Avro record.")
    namespace = schema.get("namespace")
    return name if "." in name or not namespace else f"{namespace}.{name}"


def _learned(schema_id: int, text: str, subject: str, version: int) -> ReleasedSchema:
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return ReleasedSchema(schema_id, subject, version, text, sha256, is_verbatim=False)


def _remember(known: OrderedDict[int, V], schema_id: int, value: V, at_most: int) -> None:
    known[schema_id] = value
    if len(known) > at_most:
        known.popitem(last=False)
