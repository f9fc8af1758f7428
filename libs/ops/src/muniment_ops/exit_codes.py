"""How the command ends: done, a problem found, wrong use or settings, something not reachable."""

from __future__ import annotations

from enum import IntEnum

from muniment_kit.broker import BrokerUnavailable
from muniment_kit.errors import MunimentError, SettingsError
from muniment_kit.http_errors import PeerUnavailable
from muniment_kit.producer import PublishFailed
from muniment_ops.broker import BrokerFailed
from muniment_ops.jars import JarsUnavailable
from muniment_ops.registry import RegistryFailed
from muniment_ops.registry.registration import RegistryNotReachable
from muniment_ops.supervisor import RoleFailed


class ExitCode(IntEnum):
    """The exit codes of every command."""

    DONE = 0
    PROBLEM_FOUND = 1
    WRONG_USE = 2
    NOT_REACHABLE = 3


class WrongUse(MunimentError):
    """An argument or the environment is wrong; the message says what to do."""


class NotReachable(MunimentError):
    """Something a command needs did not answer; the same command may succeed later."""


_NOT_REACHABLE = (
    BrokerFailed,
    BrokerUnavailable,
    JarsUnavailable,
    NotReachable,
    PeerUnavailable,
    PublishFailed,
    RegistryFailed,
    RegistryNotReachable,
)


def code_of(error: MunimentError) -> ExitCode:
    """Return the exit code for an error that ended a command."""
    from muniment_shopify import errors as shop  # only now: --help stays quick

    settings_are_wrong = (SettingsError, shop.TokenRefused, shop.ShopNotFound, shop.LinkRefused)
    if isinstance(error, (WrongUse, *settings_are_wrong)):
        return ExitCode.WRONG_USE
    if isinstance(error, RoleFailed) and error.exit_code == ExitCode.WRONG_USE:
        return ExitCode.WRONG_USE
    if isinstance(error, _NOT_REACHABLE):
        return ExitCode.NOT_REACHABLE
    return ExitCode.PROBLEM_FOUND
