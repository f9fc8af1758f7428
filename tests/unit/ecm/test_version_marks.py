"""A version's mark survives its way through the server."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ecm.documents import MAX_VERSION_DESCRIPTION
from muniment_ecm.version_marks import VersionMark

TIMES = st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants it so


@given(TIMES, st.binary(min_size=32, max_size=32), st.uuids())
def test_a_mark_is_read_as_it_was_written(as_of: datetime, digest: bytes, effect: object) -> None:
    mark = VersionMark(as_of.replace(microsecond=0), digest.hex(), str(effect))
    assert VersionMark.parse(f" {mark.text()}\n") == mark
    assert len(mark.text()) <= MAX_VERSION_DESCRIPTION


@pytest.mark.parametrize("text", ["", "corrected by Anna", "State of noon, SHA-256 x, effect y"])
def test_a_persons_description_is_no_mark(text: str) -> None:
    assert VersionMark.parse(text) is None
