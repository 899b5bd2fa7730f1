"""Cases that failed and then passed: what both tries said is kept, and listed for everybody."""

import os
import shutil
from pathlib import Path

from . import ROOT
from .files import read_json, write_json

_LIST = ROOT / "build/flaky.json"
_OUTPUTS = ROOT / "build/flaky"
_VARIABLE = "GHOSTMEM_FLAKY_KEPT"


def begin_list() -> None:
    """Forgets what an earlier run left; only the outermost runner does."""
    if _VARIABLE in os.environ:
        return
    os.environ[_VARIABLE] = "1"
    shutil.rmtree(_OUTPUTS, ignore_errors=True)
    write_json(_LIST, [])


def note(kernel: str, case: str, tries: list[list[str]]) -> list[Path]:
    """Keeps what each try said, and adds the case to the list."""
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
