"""Which figures are reported: where a benchmark's outcome has them, and what is aimed at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report. ``own``, ``reference`` and ``ratio`` are dotted paths into the outcome of
    ``benchmark``; ``aim`` is the least ``ratio`` (or, without one, the least ``own``).
    """

    title: str
    benchmark: str
    own: str
    unit: str
    reference_title: str = ""
    reference: str = ""
    ratio: str = ""
    aim: float | None = None
    is_upper_bound: bool = False


@dataclass(frozen=True, slots=True)
class Reported:
    """A figure with its numbers; ``is_met`` is ``None`` where nothing is aimed at."""

    title: str
    own: float
    unit: str
    reference_title: str
    reference: float | None
    ratio: float | None
    aim: float | None
    is_met: bool | None
    bound: str


FIGURES = (
    Figure(
        title="hooks accepted durably, 64 connections",
        benchmark="accept",
        own="receive_per_s",
        unit="hooks/s",
        reference_title="bare aiohttp, read and hash",
        reference="bare_per_s",
        ratio="share",
        aim=0.6,
    ),
    Figure(
        title="hooks recorded against the sandbox, all of an object together",
        benchmark="record",
        own="coalesced_per_s",
        unit="hooks/s",
        reference_title="the same hooks one by one",
        reference="one_by_one_per_s",
        ratio="gain",
    ),
    Figure(
        title="points to compare all orders of a shop, nothing missing",
        benchmark="reconcile",
        own="bulk_points",
        unit="points",
        reference_title="listed page by page",
        reference="pages_points",
        ratio="bulk_points_share",
        aim=0.05,
        is_upper_bound=True,
    ),
    Figure(
        title="history loaded, each order asked for in full",
        benchmark="reconcile",
        own="backfill_rows_per_s",
        unit="orders/s",
    ),
    Figure(
        title="memory of a comparison of all orders",
        benchmark="reconcile",
        own="bulk_peak_mib",
        unit="MiB",
        aim=150.0,
        is_upper_bound=True,
    ),
    Figure(
        title="GraphQL points an order, every hook of every flow subscribed",
        benchmark="record",
        own="points_an_order",
        unit="points",
        reference_title="the same hooks one by one",
        reference="points_an_order_one_by_one",
    ),
    Figure(
        title="hook accepted, p99 at 2,000 a second",
        benchmark="accept",
        own="paced_p99_ms",
        unit="ms",
        aim=25,
        is_upper_bound=True,
    ),
    Figure(
        title="render an invoice, 1 line",
        benchmark="rendering",
        own="lines_1.own_per_s",
        unit="documents/s",
        reference_title="raw Typst, finished source",
        reference="lines_1.typst_per_s",
        ratio="lines_1.share",
        aim=0.9,
    ),
    Figure(
        title="render an invoice, 10 lines",
        benchmark="rendering",
        own="lines_10.own_per_s",
        unit="documents/s",
        reference_title="raw Typst, finished source",
        reference="lines_10.typst_per_s",
        ratio="lines_10.share",
        aim=0.9,
    ),
    Figure(
        title="render an invoice, 100 lines",
        benchmark="rendering",
        own="lines_100.own_per_s",
        unit="documents/s",
        reference_title="raw Typst, finished source",
        reference="lines_100.typst_per_s",
        ratio="lines_100.share",
        aim=0.9,
    ),
    Figure(
        title="archive and read back, 50 ms server latency",
        benchmark="archive",
        own="with_latency.archive_per_s",
        unit="documents/s",
        reference_title="pyxecm, one after another",
        reference="with_latency.pyxecm_per_s",
        ratio="with_latency.ratio",
        aim=15,
    ),
    Figure(
        title="archive and read back, no latency",
        benchmark="archive",
        own="without_latency.archive_per_s",
        unit="documents/s",
        reference_title="pyxecm, one after another",
        reference="without_latency.pyxecm_per_s",
        ratio="without_latency.ratio",
    ),
    Figure(
        title="hook → read back, p95 at 50 orders/s",
        benchmark="end_to_end",
        own="filed_p95_ms_at_50_orders_a_second",
        unit="ms",
        aim=1000,
        is_upper_bound=True,
    ),
    Figure(
        title="replay verify, documents against receipts",
        benchmark="replay",
        own="documents_events_per_s",
        unit="events/s",
        aim=3500,
    ),
    Figure(
        title="replay verify, documents typeset anew",
        benchmark="replay",
        own="rendering_events_per_s",
        unit="events/s",
    ),
    Figure(
        title="live p99 beside a replay at 1,000/s",
        benchmark="replay",
        own="live_beside_replay_p99_ms",
        unit="ms",
        reference_title="without a replay",
        reference="live_alone_p99_ms",
    ),
    Figure(
        title="shop sandbox, a page of orders among 20,000",
        benchmark="shop_sandbox",
        own="page_large_ms",
        unit="ms",
        reference_title="among 1,000",
        reference="page_small_ms",
        ratio="page_growth",
        aim=1.3,
        is_upper_bound=True,
    ),
    Figure(
        title="shop sandbox in a file, a new order among 20,000",
        benchmark="shop_file",
        own="order_large_ms",
        unit="ms",
        reference_title="among 1,000",
        reference="order_small_ms",
        ratio="order_growth",
        aim=1.3,
        is_upper_bound=True,
    ),
    Figure(
        title="shop sandbox, rows of a bulk operation",
        benchmark="shop_sandbox",
        own="bulk_rows_per_s",
        unit="rows/s",
        aim=2000,
    ),
    Figure(
        title="runtime, empty handler",
        benchmark="runtime",
        own="runtime_records_per_s",
        unit="records/s",
        reference_title="aiokafka getmany loop",
        reference="loop_records_per_s",
        ratio="share_of_loop",
        aim=0.25,
    ),
    Figure(
        title="runtime, one event published for each",
        benchmark="runtime",
        own="publishing_records_per_s",
        unit="records/s",
        reference_title="faust counting in a table",
        reference="faust_records_per_s",
        ratio="publishing_of_faust",
        aim=3,
    ),
    Figure(
        title="runtime, two processes",
        benchmark="runtime_load",
        own="two_processes_records_per_s",
        unit="records/s",
        reference_title="one process",
        reference="one_process_records_per_s",
        ratio="two_processes_of_one",
        aim=1.8,
    ),
    Figure(
        title="runtime, latency added at half load, p99",
        benchmark="runtime_load",
        own="added_p99_ms",
        unit="ms",
    ),
    Figure(
        title="healthy keys in a retry storm, 20 % of keys failing",
        benchmark="runtime_load",
        own="storm_healthy_per_s",
        unit="records/s",
        reference_title="without failures",
        reference="calm_healthy_per_s",
        ratio="storm_of_calm",
    ),
    Figure(
        title="runtime, most memory over a million events",
        benchmark="memory",
        own="most_mb",
        unit="MB",
        aim=150,
        is_upper_bound=True,
    ),
    Figure(
        title="bulk result in any order, 100,000 rows",
        benchmark="bulk",
        own="any_order_rows_per_s",
        unit="rows/s",
        reference_title="parse each line, keep nothing",
        reference="lines_rows_per_s",
        ratio="any_order_share_of_lines",
    ),
    Figure(
        title="bulk result in groups, 100,000 rows",
        benchmark="bulk",
        own="grouped_rows_per_s",
        unit="rows/s",
        reference_title="parse each line, keep nothing",
        reference="lines_rows_per_s",
        ratio="grouped_share_of_lines",
    ),
    Figure(
        title="bulk result in any order, most memory",
        benchmark="bulk",
        own="any_order_peak_mb",
        unit="MB",
        reference_title="before it was read",
        reference="any_order_base_mb",
    ),
    Figure(
        title="runtime, against a loop that decodes",
        benchmark="runtime",
        own="runtime_records_per_s",
        unit="records/s",
        reference_title="getmany loop that decodes",
        reference="decoding_loop_records_per_s",
        ratio="share_of_decoding_loop",
    ),
    Figure(
        title="ECM sandbox, command to ready line, demo seed",
        benchmark="ecm_sandbox",
        own="start_s",
        unit="s",
        aim=1,
        is_upper_bound=True,
    ),
    Figure(
        title="ECM sandbox, look a document up by name among 100,000",
        benchmark="ecm_sandbox",
        own="memory.by_name_100000_ms",
        unit="ms CPU",
        reference_title="among 1,000",
        reference="memory.by_name_1000_ms",
    ),
)


def report(figures: tuple[Figure, ...], outcomes: Mapping[str, Json]) -> list[Reported]:
    """Return the figures whose benchmark has run. Raises ``KeyError`` for a path that is not there."""
    return [
        _reported(figure, outcomes[figure.benchmark]) for figure in figures if figure.benchmark in outcomes
    ]


def number_at(outcome: Json, path: str) -> float:
    """Return the number at a dotted path, ``with_latency.ratio``. Raises ``KeyError``."""
    found = outcome
    for step in path.split("."):
        if not isinstance(found, dict) or step not in found:
            raise KeyError(f"the outcome has no {path}")
        found = found[step]
    if not isinstance(found, int | float):
        raise KeyError(f"{path} is not a number")
    return float(found)


def _reported(figure: Figure, outcome: Json) -> Reported:
    own = number_at(outcome, figure.own)
    ratio = number_at(outcome, figure.ratio) if figure.ratio else None
    compared = own if ratio is None else ratio
    is_met = None
    if figure.aim is not None:
        is_met = compared <= figure.aim if figure.is_upper_bound else compared >= figure.aim
    return Reported(
        title=figure.title,
        own=own,
        unit=figure.unit,
        reference_title=figure.reference_title,
        reference=number_at(outcome, figure.reference) if figure.reference else None,
        ratio=ratio,
        aim=figure.aim,
        is_met=is_met,
        bound="≤" if figure.is_upper_bound else "≥",
    )
