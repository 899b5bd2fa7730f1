"""Records what is running and how long each thing took, in a file that several processes append to.

The outermost runner names the file in GHOSTMEM_PROGRESS; a runner that finds the variable unset
begins a file. At a deadline, everything that has begun and not ended is known to be running.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import ROOT

_VARIABLE = "GHOSTMEM_PROGRESS"


@dataclass(frozen=True)
class Span:
    """A suite, a case or a kernel's column: its kind, its name and its duration in seconds."""

    kind: str
    name: str
    seconds: float


def begin_file() -> Path:
    """Returns the file of this run; the outermost runner empties it."""
    if _VARIABLE not in os.environ:
        path = ROOT / "build/progress.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("", encoding="utf-8")
        os.environ[_VARIABLE] = str(path)
    return Path(os.environ[_VARIABLE])


def _append(what: str, kind: str, name: str) -> None:
    line = json.dumps({"what": what, "kind": kind, "name": name, "at": time.time()})
    # A single write in append mode, so that lines of several processes do not mix.
    with open(begin_file(), "a", encoding="utf-8") as stream:
        stream.write(line + "\n")


@contextmanager
def running(kind: str, name: str) -> Iterator[None]:
    _append("begin", kind, name)
    try:
        yield
    finally:
        _append("end", kind, name)


def _events() -> list[dict[str, str | float]]:
    return [json.loads(line) for line in begin_file().read_text("utf-8").splitlines()]


def finished() -> list[Span]:
    """Everything that has begun and ended, in the order of ending."""
    begun: dict[tuple[str, str], float] = {}
    spans = []
    for event in _events():
        key = (str(event["kind"]), str(event["name"]))
        if event["what"] == "begin":
            begun[key] = float(event["at"])
        elif key in begun:
            spans.append(Span(*key, float(event["at"]) - begun.pop(key)))
    return spans


def unfinished() -> list[Span]:
    """Everything that has begun and not ended, with the time it has been running."""
    now = time.time()
    open_spans: dict[tuple[str, str], float] = {}
    for event in _events():
        key = (str(event["kind"]), str(event["name"]))
        if event["what"] == "begin":
            open_spans[key] = float(event["at"])
        else:
            open_spans.pop(key, None)
    return [Span(*key, now - at) for key, at in open_spans.items()]


def slowest(count: int = 10) -> list[str]:
    """The slowest cases, and suites without cases, of this run, one per line."""
    spans = [span for span in finished() if span.kind != "column"]
    with_cases = {"vm", "debug"}
    spans = [span for span in spans if span.kind == "case" or span.name not in with_cases]
    spans.sort(key=lambda span: -span.seconds)
    return [f"#   {span.seconds:5.0f} s  {span.kind} {span.name}" for span in spans[:count]]
