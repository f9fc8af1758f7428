"""Body ↔ record value: Confluent framing (``00``, 4-byte big-endian schema id) around Avro binary.

https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from io import BytesIO
from typing import Any, Generic, NamedTuple, TypeVar, cast

import fastavro

from muniment_contracts.bodies import Body
from muniment_contracts.errors import UndecodableReason, UndecodableRecord, UnencodableEvent, UnknownSchema
from muniment_contracts.resolver import FileResolver, ReleasedSchema, SchemaResolver
from muniment_contracts.rows import Convert, Leaves, Row, instance_maker, row_maker

B = TypeVar("B", bound=Body)
Parsed = dict[str, Any]  # fastavro's own representation of a schema

_FRAME = struct.Struct(">BI")
_MAGIC = 0


class Decoded(NamedTuple, Generic[B]):
    """A body, and the schema it was written with."""

    body: B
    writer: ReleasedSchema


@dataclass(frozen=True, slots=True)
class DecodedRow:
    """A record as its writer's schema tells it: plain values by field name, nested where the schema nests."""

    row: Row
    writer: ReleasedSchema


class Codec:
    """Encodes and decodes bodies; each schema is fetched and parsed, each class planned, at most once."""

    def __init__(self, resolver: SchemaResolver) -> None:
        self._resolver = resolver
        self._writers: dict[type[Body], _Writer] = {}
        self._readers: dict[tuple[int, type[Body]], _Reader[Any]] = {}
        self._parsed: dict[int, Parsed] = {}

    def encode(self, body: Body) -> bytes:
        """Return ``body`` as a record value, written with the newest schema of its record.

        Times are cut to milliseconds. Raises ``UnencodableEvent`` if a value is not of its field's type.
        """
        writer = self._writers.get(type(body)) or self._plan_writing(type(body))
        stream = BytesIO()
        stream.write(writer.frame)
        try:
            fastavro.schemaless_writer(stream, writer.schema, writer.to_row(body))
        except (TypeError, ValueError, OverflowError, AttributeError) as error:
            raise UnencodableEvent(body.SCHEMA, _without_values(error)) from None
        return stream.getvalue()

    def decode(self, value: bytes, expected: type[B]) -> B:
        """Return the body in ``value``; raise ``UndecodableRecord`` if it is not exactly one ``expected``.

        As lenient as fastavro where bytes are odd but readable: an overlong number, a negative union branch.
        Memory is bounded by the bytes that came (at most about a hundredfold), not by what they announce.
        """
        return self.decode_with_writer(value, expected).body

    def decode_with_writer(self, value: bytes, expected: type[B]) -> Decoded[B]:
        """Decode as ``decode`` does, and say which schema the value was written with."""
        schema_id = _schema_id(value)
        reader = self._readers.get((schema_id, expected)) or self._plan_reading(schema_id, expected)
        row = _read(value, schema_id, reader.writer_schema, reader.reader_schema)
        return Decoded(reader.from_row(row), reader.writer)

    def decode_row(self, value: bytes) -> DecodedRow:
        """Return what is in ``value`` as its writer's schema tells it, whatever record it is.

        Raises ``UndecodableRecord`` as ``decode`` does.
        """
        schema_id = _schema_id(value)
        writer = self._released(schema_id)
        return DecodedRow(_read(value, schema_id, self._parse(writer), None), writer)

    def written_with(self, body: type[Body]) -> ReleasedSchema:
        """Return the schema that ``encode`` uses for bodies of this class."""
        return (self._writers.get(body) or self._plan_writing(body)).released

    def _plan_writing(self, of: type[Body]) -> _Writer:
        released = self._resolver.newest(of.SCHEMA)
        frame = _FRAME.pack(_MAGIC, released.id)
        writer = _Writer(released, frame, self._parse(released), row_maker(of, _EXACT))
        return self._writers.setdefault(of, writer)

    def _plan_reading(self, schema_id: int, expected: type[B]) -> _Reader[B]:
        written = self._released(schema_id)
        if written.subject != expected.SCHEMA:
            detail = f"it holds {written.subject}, expected was {expected.SCHEMA}."
            raise UndecodableRecord(UndecodableReason.WRONG_RECORD, detail, schema_id=schema_id)
        newest = self._resolver.newest(expected.SCHEMA)
        reader_schema = None if newest.sha256 == written.sha256 else self._parse(newest)
        reader = _Reader(written, self._parse(written), reader_schema, instance_maker(expected, {}))
        return self._readers.setdefault((schema_id, expected), reader)

    def _released(self, schema_id: int) -> ReleasedSchema:
        try:
            return self._resolver.by_id(schema_id)
        except UnknownSchema:
            detail = f"no schema has the id {schema_id}."
            raise UndecodableRecord(UndecodableReason.UNKNOWN_SCHEMA, detail, schema_id=schema_id) from None

    def _parse(self, released: ReleasedSchema) -> Parsed:
        if released.id not in self._parsed:
            self._parsed[released.id] = cast("Parsed", fastavro.parse_schema(json.loads(released.text)))
        return self._parsed[released.id]


@cache
def default_codec() -> Codec:
    """Return this process's codec over the schemas that ship with this package."""
    return Codec(FileResolver())


def encode(body: Body) -> bytes:
    """Encode with the default codec; see ``Codec.encode``."""
    return default_codec().encode(body)


def decode(value: bytes, expected: type[B]) -> B:
    """Decode with the default codec; see ``Codec.decode``."""
    return default_codec().decode(value, expected)


@dataclass(frozen=True, slots=True)
class _Writer:
    released: ReleasedSchema
    frame: bytes
    schema: Parsed
    to_row: Callable[[Any], Row]


@dataclass(frozen=True, slots=True)
class _Reader(Generic[B]):
    writer: ReleasedSchema
    writer_schema: Parsed
    reader_schema: Parsed | None  # None: the writer's own, so nothing is to be resolved
    from_row: Callable[[Row], B]


def _aware(value: object) -> object:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise TypeError("must be a datetime with a time zone.")
    return value


def _exactly(kind: type) -> Convert:
    def check(value: object) -> object:
        if type(value) is not kind:
            raise TypeError(f"must be of type {kind.__name__}.")
        return value

    return check


# fastavro would bend these silently: a naive time is taken as local, a float cut to an integer, a time cut to
# its date, anything taken as a boolean.
_EXACT: Leaves = {datetime: _aware, **{kind: _exactly(kind) for kind in (date, int, bool)}}


def _read(value: bytes, schema_id: int, writer_schema: Parsed, reader_schema: Parsed | None) -> Row:
    stream = BytesIO(value)
    stream.seek(_FRAME.size)
    try:
        row: Any = fastavro.schemaless_reader(stream, writer_schema, reader_schema)
    except (EOFError, ValueError, LookupError, OverflowError, TypeError) as error:
        raise _undecodable(
            error, schema_id, ends_within_number=value[-1] > 127 and stream.tell() == len(value)
        ) from None
    if stream.tell() != len(value):
        detail = "bytes follow the end of the Avro record."
        raise UndecodableRecord(UndecodableReason.TRAILING_BYTES, detail, schema_id=schema_id)
    return cast("Row", row)


def _schema_id(value: bytes) -> int:
    if len(value) < _FRAME.size:
        raise UndecodableRecord(UndecodableReason.TRUNCATED, f"{len(value)} bytes are too few for a frame.")
    magic, schema_id = _FRAME.unpack_from(value)
    if magic != _MAGIC:
        raise UndecodableRecord(UndecodableReason.WRONG_MAGIC, f"it begins with byte {magic:02x}, not 00.")
    return int(schema_id)


def _undecodable(error: Exception, schema_id: int, *, ends_within_number: bool) -> UndecodableRecord:
    # fastavro raises IndexError both for an unknown union branch and for an end within a number.
    if isinstance(error, EOFError) or (isinstance(error, IndexError) and ends_within_number):
        reason, detail = UndecodableReason.TRUNCATED, "the Avro record ends too early, or a length is wrong."
    elif isinstance(error, UnicodeDecodeError):
        reason, detail = UndecodableReason.MALFORMED_VALUE, "a text is not valid UTF-8."
    elif isinstance(error, OverflowError):
        reason, detail = UndecodableReason.MALFORMED_VALUE, "a date or time is out of range."
    else:
        reason, detail = UndecodableReason.MALFORMED_VALUE, "it is not a value of its schema."
    return UndecodableRecord(reason, detail, schema_id=schema_id)


def _without_values(error: Exception) -> str:
    """Say what is wrong without what the library quotes of the value, which may be personal."""
    if isinstance(error, UnicodeEncodeError):
        return "a text holds a lone surrogate, which UTF-8 cannot carry."
    if isinstance(error, TypeError):
        return str(error)
    return "a value is not of its field's type."
