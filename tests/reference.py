"""Where the reference material lies, when it is there: sample hooks and the API's schema."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_BESIDE_THE_REPOSITORY = Path(__file__).parents[2] / "shared" / "reference"

REFERENCE = Path(os.environ.get("MUNIMENT_REFERENCE") or _BESIDE_THE_REPOSITORY)
HOOK_SAMPLES = REFERENCE / "hooks" / "samples"
ADMIN_SCHEMA = REFERENCE / "graphql" / "admin-2026-10-introspection.json.gz"

needs_hook_samples = pytest.mark.skipif(
    not HOOK_SAMPLES.is_dir(), reason="the sample hooks are not there; MUNIMENT_REFERENCE names their folder"
)
needs_admin_schema = pytest.mark.skipif(
    not ADMIN_SCHEMA.is_file(),
    reason="the Admin API schema is not there; MUNIMENT_REFERENCE names its folder",
)
OPENAPI = REFERENCE / "openapi"
needs_openapi = pytest.mark.skipif(
    not OPENAPI.is_dir(),
    reason="OpenText's OpenAPI files are not there; MUNIMENT_REFERENCE names the folder above openapi",
)
