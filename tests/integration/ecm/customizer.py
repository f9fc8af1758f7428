"""OpenText's customizer, which applies payload files, without the packages that only its other uses need."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

#: Kubernetes, and payloads in HashiCorp's language.
_UNNEEDED = ("hcl2", "kubernetes", "lark")


def applied(payload: Path, otcs: Any, otds: Any) -> Any:
    """Let the customizer carry out a payload; return what it made of the file."""
    with _customizer() as module:
        customizer = module.Payload(
            payload_source=str(payload),
            custom_settings_dir="",
            k8s_object=None,
            otds_object=otds,
            otac_object=None,
            otcs_backend_object=otcs,
            otcs_frontend_object=otcs,
            otcs_restart_callback=_nothing,
            otiv_object=None,
            otpd_object=None,
            m365_object=None,
            core_share_object=None,
            placeholder_values={},
            log_header_callback=_nothing,
            stop_on_error=True,
            upload_status_files=False,
            status_file_check=False,
        )
        assert customizer.init_payload()
        customizer.process_payload()
        return customizer


def _nothing(*_: object, **__: object) -> None:
    """Hear what the customizer reports, and do nothing about it."""


@contextmanager
def _customizer() -> Iterator[Any]:
    stand_in = _StandIns()
    sys.meta_path.append(stand_in)
    try:
        yield importlib.import_module("pyxecm_customizer.payload")
    finally:
        sys.meta_path.remove(stand_in)


class _StandIns(MetaPathFinder, Loader):
    """Gives an empty module for each unneeded one that is not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in _UNNEEDED:
            return None
        return ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Empty(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Run nothing."""


class _Empty(ModuleType):
    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (Exception,), {})
