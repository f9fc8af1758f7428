"""Patterns of a search mean what regular expressions mean, and never take long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.ecm.state.lql import BadQuery
from muniment_sandbox.ecm.state.patterns import holding

atoms = st.sampled_from(["a", "b", ".", "[ab]", "[^a]", "\\d", "\\w", "7"])
items = st.builds(lambda atom, times: atom + times, atoms, st.sampled_from(["", "*", "+", "?"]))
ways = st.builds(
    lambda start, inner, end: start + "".join(inner) + end,
    st.sampled_from(["", "^"]),
    st.lists(items, min_size=1, max_size=6),
    st.sampled_from(["", "$"]),
)
patterns = st.lists(ways, min_size=1, max_size=3).map("|".join)


@given(patterns, st.text(alphabet="abc7 \n", max_size=12))
def test_a_pattern_means_what_a_regular_expression_means(text: str, value: str) -> None:
    with_end = text.replace("$", r"\Z")  # an end is the end, not the place before a last line break
    wanted = re.search(with_end, value, re.DOTALL | re.IGNORECASE) is not None
    assert holding(text)(value) is wanted


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_a_pattern_or_refused(text: str, value: str) -> None:
    try:
        holds = holding(text)
    except BadQuery:
        return
    assert holds(value) in (True, False)


def test_a_pattern_that_would_keep_a_backtracking_engine_busy_is_quick() -> None:
    assert not holding("a*" * 100 + "b")("a" * 5000)


@pytest.mark.parametrize("text", ["", "(a)", "a)", "a{3}", "**", "[", "[a", "a" * 257, "[a&&b]", "\\"])
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(BadQuery):
        holding(text)
