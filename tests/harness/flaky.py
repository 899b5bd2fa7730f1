"""Cases that failed and then passed: the output of both tries is kept, and the case is listed."""

import os
import shutil
from pathlib import Path

from . import ROOT
from .files import read_json, write_json

_LIST = ROOT / "build/flaky.json"
_OUTPUTS = ROOT / "build/flaky"
_VARIABLE = "GHOSTMEM_FLAKY_KEPT"


def begin_list() -> None:
    """Clears the list of an earlier run; only the outermost runner does so."""
    if _VARIABLE in os.environ:
        return
    os.environ[_VARIABLE] = "1"
    shutil.rmtree(_OUTPUTS, ignore_errors=True)
    write_json(_LIST, [])


def note(kernel: str, case: str, tries: list[list[str]]) -> list[Path]:
    """Keeps the output of each try and adds the case to the list."""
    _OUTPUTS.mkdir(parents=True, exist_ok=True)
    kept = []
    for number, lines in enumerate(tries, 1):
        path = _OUTPUTS / f"{kernel}-{case}.{number}"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        kept.append(path)
    failed = [line for line in tries[0] if line.startswith("not ok")]
    entry = {
        "kernel": kernel,
        "case": case,
        "failed": failed,
        "outputs": [str(path.relative_to(ROOT)) for path in kept],
    }
    write_json(_LIST, [*listed(), entry])
    return kept


def listed() -> list[dict[str, object]]:
    return list(read_json(_LIST, []))
