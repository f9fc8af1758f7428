"""The query language: what is read, what is refused, and that nothing else ever happens."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment_sandbox.ecm.state.lql import (
    MAX_DEPTH,
    And,
    BadQuery,
    Near,
    Not,
    Operator,
    Or,
    Query,
    Term,
    Xor,
    parse,
    written,
)


def has(operand: str, region: str = "") -> Term:
    return Term(region, Operator.HAS, operand)


A, B, C = has("a"), has("b"), has("c")

operands = st.text(min_size=1, max_size=12).filter(lambda text: text.strip())
regions = st.one_of(st.just(""), st.from_regex(r"[A-Za-z_]{1,8}", fullmatch=True), operands)
COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
terms = st.builds(Term, regions, st.sampled_from(Operator), operands).filter(
    lambda term: term.region or term.operator.value not in COMPARISONS
)
nears = st.tuples(regions, operands, operands).map(lambda one: Near(has(one[1], one[0]), has(one[2], one[0])))
queries: st.SearchStrategy[Query] = st.recursive(
    st.one_of(terms, nears),
    lambda inner: st.one_of(
        st.builds(And, inner, inner),
        st.builds(Or, inner, inner),
        st.builds(Xor, inner, inner),
        st.builds(Not, inner),
    ),
    max_leaves=12,
)


@given(queries)
def test_a_query_that_is_written_down_is_read_as_the_same_query(query: Query) -> None:
    assert parse(written(query)) == query


@given(st.text(max_size=60))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    with suppress(BadQuery):
        parse(text)


@given(st.lists(st.sampled_from(
    ["AND", "or", "NOT", "XOR", "AND-NOT", "(", ")", "[", "]", ":", "QLREGION", "QLRANGE", '"x y"', "OTName",
     "a*", "<", ">=", "!=", "IN", "STEM", "1~2"]), max_size=20))  # fmt: skip
def test_no_order_of_the_language_s_own_words_does_anything_else(words: list[str]) -> None:
    with suppress(BadQuery):
        query = parse(" ".join(words))
        assert parse(written(query)) == query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("invoice", has("invoice")),
        ('"two words"', has("two words")),
        ("OTName:invoice", has("invoice", "OTName")),
        ("OTName: invoice", has("invoice", "OTName")),
        ('OTName:"an invoice"', has("an invoice", "OTName")),
        ('[QLREGION "OTName"] "an invoice"', has("an invoice", "OTName")),
        ("a AND b OR c", Or(And(A, B), C)),
        ("a OR b AND c", Or(A, And(B, C))),
        ("(a or b) and c", And(Or(A, B), C)),
        ("a b", And(A, B)),
        ("a AND-NOT b", And(A, Not(B))),
        ("a NOT b", And(A, Not(B))),
        ("a AND NOT b", And(A, Not(B))),
        ("NOT a AND b", And(Not(A), B)),
        ("a XOR b", Xor(A, B)),
        ("OTObjectSize>1000", Term("OTObjectSize", Operator.MORE, "1000")),
        ("OTObjectSize:>=1000", Term("OTObjectSize", Operator.AT_LEAST, "1000")),
        ("OTSubType != 144", Term("OTSubType", Operator.NOT_EQUAL, "144")),
        (
            '[QLREGION "OTModifyDate"] QLRANGE "20260601~20260630"',
            Term("OTModifyDate", Operator.RANGE, "20260601~20260630"),
        ),
        ("OTSubType IN (0 144)", And(has("OTSubType"), Term("", Operator.IN, "0,144"))),
        ("OTSubType: IN (0 144)", Term("OTSubType", Operator.IN, "0,144")),
        ('OTName: QLREGEX "^INV-[0-9]+"', Term("OTName", Operator.REGEX, "^INV-[0-9]+")),
        ("a QLNEAR b", Near(A, B)),
        ("NOT OTName:a QLNEAR OTName:b c", And(Not(Near(has("a", "OTName"), has("b", "OTName"))), C)),
        ("STEM orders", Term("", Operator.STEM, "orders")),
        (r'"say \"yes\""', has('say "yes"')),
    ],
)
def test_this_is_what_it_means(text: str, query: Query) -> None:
    assert parse(text) == query


@pytest.mark.parametrize(
    "text",
    ["", "  ", "AND", "a AND", "OR b", "(a", "a)", "OTName:", '"open', '""', "[QLREGION", "a:b:c", "NOT",
     "QLREGEX", "QLNEAR b", "a QLNEAR", "OTName:a QLNEAR OTDescription:b", "OTName>a QLNEAR OTName:b",
     '[OTName] "x"', "OTName:AND", "<", "a <"],
)  # fmt: skip
def test_this_means_nothing(text: str) -> None:
    with pytest.raises(BadQuery, match="Error Evaluating Query"):
        parse(text)


def test_a_query_too_deep_or_too_long_is_refused() -> None:
    parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH)
    with pytest.raises(BadQuery):
        parse("(" * 5000 + "a" + ")" * 5000)
    with pytest.raises(BadQuery):
        parse("NOT " * 5000 + "a")
    with pytest.raises(BadQuery):
        parse("a " * 5000)
