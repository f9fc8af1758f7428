"""Start the document renderer."""

from __future__ import annotations

import sys

from document_renderer.app import build_app
from document_renderer.settings import RendererSettings
from document_renderer.typesetting import Typesetter
from muniment_kit.blobs import Blobs
from muniment_kit.runner import run
from muniment_kit.settings import KitSettings, load


def main() -> None:
    """Read the settings, build the collaborators, run until told to stop."""
    kit, settings = load(KitSettings), load(RendererSettings)
    service = build_app(settings, typesetter=Typesetter(), blobs=Blobs(kit.blobs_url))
    sys.exit(run(service, kit))


if __name__ == "__main__":
    main()
