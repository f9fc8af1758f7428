"""Pins files: what was asked for, and which bytes answer it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ops.broker.configuration import KAFKA_JARS
from muniment_ops.jar_pins import PinnedJar, Pins, parse_pins, pinned_names, read_pins

WORDS = st.text("abc-.1", min_size=1, max_size=8)
COORDINATES = st.tuples(WORDS, WORDS, WORDS).map(":".join)
JARS = st.builds(PinnedJar, COORDINATES, st.binary(min_size=32, max_size=32).map(bytes.hex))
PINS = st.builds(Pins, st.lists(COORDINATES, max_size=3).map(tuple), st.lists(JARS, max_size=5).map(tuple))


@given(PINS)
def test_a_pins_file_is_read_back_as_it_was_written(pins: Pins) -> None:
    assert parse_pins(pins.to_text()) == pins


@pytest.mark.parametrize("line", ["a:b:1", "a:b:1 sha256:abc", f"a:b sha256:{'0' * 64}", "nonsense"])
def test_a_line_that_is_not_understood_is_named(line: str) -> None:
    with pytest.raises(ValueError, match="not a pinned jar"):
        parse_pins(line)


def test_the_shipped_kafka_is_the_one_the_broker_asks_for() -> None:
    pins = read_pins("kafka")
    assert pins is not None
    assert pins.coordinates == KAFKA_JARS


@pytest.mark.parametrize("name", pinned_names())
def test_every_shipped_set_holds_what_it_was_asked_for_in_that_version(name: str) -> None:
    pins = read_pins(name)
    assert pins is not None
    assert set(pins.coordinates) <= {jar.coordinate for jar in pins.jars}


def test_no_library_is_pinned_in_two_versions() -> None:
    pins = read_pins("kafka")
    assert pins is not None
    libraries = [jar.coordinate.rpartition(":")[0] for jar in pins.jars]
    assert len(libraries) == len(set(libraries))
