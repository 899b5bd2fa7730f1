"""Files below build/ that a run writes for the next run and for people."""

import json
import os
from pathlib import Path
from typing import Any


def read_json(path: Path, otherwise: Any) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return otherwise


def write_json(path: Path, value: Any) -> None:
    """Replaces the file atomically, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    work = path.with_name(f".{path.name}.{os.getpid()}")
    work.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    work.rename(path)
