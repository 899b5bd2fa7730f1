"""Paths on the host. All other modules take them from here, so that GHOSTMEM_CACHE moves all."""

import os
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
GUEST_FILES = REPO / "scripts" / "guest"


def cache() -> Path:
    configured = os.environ.get("GHOSTMEM_CACHE")
    base = Path(configured) if configured else Path.home() / ".cache" / "ghostmem"
    return base.absolute()


def build(kernel_name: str) -> Path:
    return REPO / "build" / kernel_name


def leakctl() -> Path:
    return REPO / "build" / "userspace" / "leakctl"
