"""Search queries quote every value; paging ends also where a server repeats its last page."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_ecm.nodes import Nodes
from muniment_ecm.search import Search
from muniment_ecm.search_query import Region, between, where
from tests.unit.ecm.scripted_transport import ScriptedTransport, answer, logged_in, node


@given(st.text())
def test_a_value_stays_between_its_two_quotes(value: str) -> None:
    try:
        query = where(Region.NAME, value)
    except ValueError:
        assert not re.search(r"\w", value)
    else:
        assert re.fullmatch(r'OTName:"[^"\\*?\r\n]+"', query.text)


@pytest.mark.parametrize("region", ["", "OTName:", "Attr 5", 'a"b', "5_2"])
def test_a_region_that_is_none_is_refused(region: str) -> None:
    with pytest.raises(ValueError, match="region"):
        where(region, "x")


def test_queries_combine_with_parentheses() -> None:
    one, other = where(Region.NAME, "a"), where(Region.SUBTYPE, 144)
    assert (one & (other | one)).text == '(OTName:"a" AND (OTSubType:"144" OR OTName:"a"))'
    assert one.without(other).text == '(OTName:"a" AND-NOT OTSubType:"144")'
    assert between(Region.MODIFIED, date(2026, 6, 1), date(2026, 6, 30)).text == (
        '[QLREGION "OTModifyDate"] QLRANGE "20260601~20260630"'
    )


async def test_a_server_that_repeats_its_last_page_is_asked_once_more_and_no_further() -> None:
    page = answer({"collection": {"searching": {"cache_id": 77}}, "results": [node(1, "a"), node(2, "b")]})
    transport = ScriptedTransport(("POST /v2/search", page), ("POST /v2/search", page))
    session = logged_in(transport)
    search = Search(session, Nodes(session))
    assert [found async for found in search.ids(where(Region.NAME, "a"))] == [1, 2]
    assert transport.is_finished
    assert b"cache_id=77" in (transport.calls[1].data or b"")


async def test_no_more_than_asked_for_is_yielded() -> None:
    page = answer({"results": [node(n, "a") for n in range(1, 9)]})
    transport = ScriptedTransport(("POST /v2/search", page))
    session = logged_in(transport)
    search = Search(session, Nodes(session))
    assert [found async for found in search.ids(where(Region.NAME, "a"), at_most=3)] == [1, 2, 3]
