"""Switches for trouble: read, matched, counted."""

from __future__ import annotations

import pytest

from muniment_sandbox.ecm import Fault, Faults, parse_fault
from muniment_sandbox.ecm.fault_answers import switched_answer
from muniment_sandbox.ecm.faults import Plan, fault_of


def test_a_fault_is_read_from_words() -> None:
    fault = parse_fault("status=503; times=2; path=/v2/nodes*; method=post; rate=0.5; retry_after=3")
    assert fault == Fault("status", "503", "POST", "/v2/nodes*", 0.5, 2, 0, 3)


@pytest.mark.parametrize(
    "text",
    ["", "nonsense", "status=abc", "latency=fast", "stall=long", "cut;colour=red", "status=500;times=x"],
)
def test_words_that_are_no_fault_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_fault(text)


def test_without_faults_nothing_is_planned() -> None:
    assert Faults().plan("GET", "/v2/nodes/1") is None


def test_a_fault_acts_where_method_and_path_fit() -> None:
    faults = Faults()
    faults.add("status=500;method=POST;path=/v2/nodes*")
    assert faults.plan("POST", "/v2/nodes") == Plan(status=500)
    assert faults.plan("GET", "/v2/nodes") == Plan()
    assert faults.plan("POST", "/v2/volumes") == Plan()


def test_a_fault_acts_as_often_as_it_was_told_and_then_not_again() -> None:
    faults = Faults()
    fault = faults.add("cut-after;times=2;skip=1")
    seen = [faults.plan("POST", "/v2/nodes") for _ in range(5)]
    assert [bool(plan and plan.cut_after) for plan in seen] == [False, True, True, False, False]
    assert fault.acted == 2


def test_a_rate_is_kept_and_repeatable() -> None:
    def acts(seed: int) -> list[bool]:
        faults = Faults(seed)
        faults.add("cut;rate=0.3")
        return [bool((plan := faults.plan("GET", "/")) and plan.cut_before) for _ in range(1000)]

    assert acts(7) == acts(7)
    assert acts(7) != acts(8)
    assert 200 < sum(acts(7)) < 400


@pytest.mark.parametrize(
    ("text", "low", "high"), [("50", 0.05, 0.05), ("20-80", 0.02, 0.08), ("~40", 0.001, 1.0)]
)
def test_latency_is_fixed_uniform_or_log_normal(text: str, low: float, high: float) -> None:
    faults = Faults()
    faults.add(f"latency={text}")
    delays = [plan.delay_s for _ in range(200) if (plan := faults.plan("GET", "/"))]
    assert all(low <= delay <= high for delay in delays)


def test_a_header_is_for_its_own_request_only() -> None:
    faults = Faults()
    assert faults.plan("GET", "/", "latency=10, status=429;retry_after=2") == Plan(
        delay_s=0.01, status=429, retry_after=2
    )
    assert faults.plan("GET", "/") is None


def test_json_may_say_the_same() -> None:
    assert fault_of({"kind": "html", "value": 500, "times": 1}) == Fault("html", "500", times=1)


def test_a_gateway_answers_html_and_the_server_json() -> None:
    gateway = switched_answer(Plan(status=503))
    assert gateway.content_type == "text/html"
    server = switched_answer(Plan(status=500))
    assert server.body == {"error": "An unexpected error occurred."}
    page = switched_answer(Plan(status=500, is_html=True))
    assert isinstance(page.body, bytes)
    assert b"Error Processing Request" in page.body
    throttled = switched_answer(Plan(status=429))
    assert throttled.headers["Retry-After"] == "1"


def test_a_stale_search_is_planned_with_its_lag() -> None:
    faults = Faults()
    faults.add("stale-search=45;path=/v2/search")
    plan = faults.plan("POST", "/v2/search")
    assert plan is not None
    assert plan.search_lag_s == 45.0
    assert faults.plan("GET", "/v2/nodes/1") == Plan()
