"""The roles that run as processes."""

from __future__ import annotations

import importlib.util

import pytest

from muniment_ops.roles import COMMANDS, roles


def test_each_role_has_a_health_port_of_its_own_and_the_environment() -> None:
    made = roles(COMMANDS, {"MUNIMENT_LOG_LEVEL": "debug"})
    ports = [role.env["MUNIMENT_HEALTH_PORT"] for role in made]
    assert len(set(ports)) == len(COMMANDS)
    assert [role.ready_url for role in made] == [f"http://127.0.0.1:{port}/readyz" for port in ports]
    assert all(role.env["MUNIMENT_LOG_LEVEL"] == "debug" for role in made)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_role_is_a_program_that_exists(name: str) -> None:
    module = COMMANDS[name][0]
    assert importlib.util.find_spec(f"{module}.__main__") is not None
