"""Reading a broker's answer to a metadata request."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ops.broker.probe import ClusterAnswer, parse_answer

CORRELATION = 77


def answer(*, brokers: list[tuple[str, int]], cluster: str = "c", controller: int = 1) -> bytes:
    """Build a Metadata version 4 answer as the protocol guide describes it."""
    content = struct.pack(">iii", CORRELATION, 0, len(brokers))
    for number, (host, port) in enumerate(brokers):
        content += struct.pack(">i", number) + _text(host) + struct.pack(">ih", port, -1)
    return content + _text(cluster) + struct.pack(">ii", controller, 0)


def _text(value: str) -> bytes:
    return struct.pack(">h", len(value.encode())) + value.encode()


def test_a_cluster_with_an_active_broker_and_a_controller_is_ready() -> None:
    parsed = parse_answer(answer(brokers=[("127.0.0.1", 19092)], cluster="abc"))
    assert parsed == ClusterAnswer("abc", ("127.0.0.1:19092",), 1)
    assert parsed.is_ready


@pytest.mark.parametrize(
    "early",
    [answer(brokers=[]), answer(brokers=[("127.0.0.1", 1)], controller=-1)],
    ids=["fenced", "leaderless"],
)
def test_a_cluster_that_still_starts_is_not_ready(early: bytes) -> None:
    assert not parse_answer(early).is_ready


@given(st.binary(max_size=80))
def test_other_bytes_are_an_error_and_never_an_answer(content: bytes) -> None:
    with pytest.raises((struct.error, ValueError)):
        parse_answer(struct.pack(">i", CORRELATION + 1) + content)


@given(st.integers(min_value=0, max_value=40))
def test_a_cut_answer_is_an_error(length: int) -> None:
    whole = answer(brokers=[("127.0.0.1", 19092)])
    with pytest.raises((struct.error, ValueError)):
        parse_answer(whole[: min(length, len(whole) - 5)])
