"""How commands end."""

from __future__ import annotations

import pytest

from muniment_kit.broker import BrokerUnavailable
from muniment_kit.errors import MunimentError, SettingsError
from muniment_kit.http_errors import PeerUnavailable
from muniment_ops.broker import BrokerFailed
from muniment_ops.doctor import exit_code
from muniment_ops.exit_codes import ExitCode, WrongUse, code_of
from muniment_ops.findings import Verdict
from muniment_ops.jars import JarsUnavailable
from muniment_ops.supervisor import RoleFailed
from muniment_shopify.errors import TokenRefused


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (WrongUse("no such role"), ExitCode.WRONG_USE),
        (SettingsError(["X is missing"]), ExitCode.WRONG_USE),
        (TokenRefused("The shop refuses the token."), ExitCode.WRONG_USE),
        (RoleFailed("settings", exit_code=2), ExitCode.WRONG_USE),
        (RoleFailed("crashed", exit_code=1), ExitCode.PROBLEM_FOUND),
        (BrokerUnavailable("gone"), ExitCode.NOT_REACHABLE),
        (BrokerFailed("ended"), ExitCode.NOT_REACHABLE),
        (JarsUnavailable("no network"), ExitCode.NOT_REACHABLE),
        (PeerUnavailable("down"), ExitCode.NOT_REACHABLE),
        (MunimentError("other"), ExitCode.PROBLEM_FOUND),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_kind_of_error_has_its_exit_code(error: MunimentError, code: ExitCode) -> None:
    assert code_of(error) == code


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ({Verdict.GOOD}, ExitCode.DONE),
        ({Verdict.GOOD, Verdict.PROBLEM}, ExitCode.PROBLEM_FOUND),
        ({Verdict.PROBLEM, Verdict.NOT_SET}, ExitCode.WRONG_USE),
        ({Verdict.PROBLEM, Verdict.NOT_SET, Verdict.NOT_REACHABLE}, ExitCode.NOT_REACHABLE),
    ],
)
def test_the_doctor_ends_with_the_worst_that_was_found(verdicts: set[Verdict], code: ExitCode) -> None:
    assert exit_code(verdicts) == code
