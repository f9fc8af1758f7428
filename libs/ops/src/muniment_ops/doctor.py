"""Checks of the real surroundings, each with a remedy: Kafka and its topics, the Content Server, the shop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping

from ecm_archiver.content_server import connect
from ecm_archiver.settings import EcmArchiverSettings
from muniment_contracts.topics import Topic
from muniment_ecm.expected_set_up import expected_set_up
from muniment_ecm.set_up_check import check_set_up
from muniment_kit.broker import BrokerUnavailable
from muniment_kit.errors import MunimentError, SettingsError
from muniment_kit.http_errors import PeerUnavailable
from muniment_kit.kafka.existing_topics import existing_topics
from muniment_kit.kafka.topics import plan_topics
from muniment_kit.settings import KitSettings, read
from muniment_ops.exit_codes import ExitCode
from muniment_ops.findings import Finding, Verdict
from muniment_ops.shop_doctor import examine_shops
from muniment_ops.topic_findings import COMPARED, compare


def exit_code(verdicts: Collection[Verdict]) -> ExitCode:
    """Return how the command ends: the worst that was found."""
    if Verdict.NOT_REACHABLE in verdicts:
        return ExitCode.NOT_REACHABLE
    if Verdict.NOT_SET in verdicts:
        return ExitCode.WRONG_USE
    return ExitCode.PROBLEM_FOUND if Verdict.PROBLEM in verdicts else ExitCode.DONE


async def examine_kafka() -> list[Finding]:
    """Check that the broker answers and has every topic as its file says."""
    settings = read(KitSettings)
    prefix = settings.topic_prefix
    there = await existing_topics(settings, prefix=prefix, config_keys=COMPARED)
    findings = [Finding("kafka", Verdict.GOOD, f"the broker answers at {settings.kafka_bootstrap_servers}")]
    compared = compare(plan_topics(list(Topic), prefix=prefix), there, prefix=prefix)
    if compared.missing:
        names = ", ".join(plan.name for plan in compared.missing)
        what = f"{len(compared.missing)} topics are missing: {names}"
        findings.append(Finding("kafka", Verdict.PROBLEM, what, "run: muniment topics apply"))
    for different in compared.different:
        what = f"{different.name}: {different.sentence}"
        findings.append(
            Finding("kafka", Verdict.PROBLEM, what, "set it on the broker, or correct the topic's file")
        )
    if compared.is_complete:
        findings.append(Finding("kafka", Verdict.GOOD, "every topic is there as its file says"))
    return findings


async def examine_ecm() -> list[Finding]:
    """Check that the service account gets in, and everything an administrator prepares for the suite."""
    server = connect(read(EcmArchiverSettings))
    try:
        looked_at = await check_set_up(server, expected_set_up())
    finally:
        await server.close()
    return [
        Finding("ecm", Verdict.GOOD, f"{one.subject} {one.name}: {one.what}")
        if one.is_good
        else Finding("ecm", Verdict.PROBLEM, one.what, one.remedy)
        for one in looked_at
    ]


EXAMINATIONS: Mapping[str, Callable[[], Awaitable[list[Finding]]]] = {
    "kafka": examine_kafka,
    "ecm": examine_ecm,
    "shopify": examine_shops,
}


async def examine(part: str) -> list[Finding]:
    """Return what is found of ``part``; trouble on the way is a finding, never an error."""
    try:
        return await EXAMINATIONS[part]()
    except SettingsError as error:
        return [Finding(part, Verdict.NOT_SET, fault, "see .env.example") for fault in error.faults]
    except (BrokerUnavailable, PeerUnavailable) as error:
        return [Finding(part, Verdict.NOT_REACHABLE, str(error), "check its address and that it runs")]
    except MunimentError as error:
        return [Finding(part, Verdict.PROBLEM, str(error), "the sentence says what to do")]
