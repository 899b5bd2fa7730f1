"""Prepares a kernel for its cases: provides it, builds our modules for it, and checks them."""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from harness import ROOT, guest  # noqa: E402

from ghostvm import paths  # isort: skip  # noqa: E402

# The rows of checks that are made on every kernel before its cases.
BUILD_ROW = "build (W=1)"
SPARSE_ROW = "build (sparse)"
CHECKPATCH_ROW = "checkpatch"
ROWS = (BUILD_ROW, SPARSE_ROW, CHECKPATCH_ROW)
# The kernel whose checkpatch is stricter than the one that `make test` runs.
STRICTEST = "newest"


@dataclass
class Prepared:
    """A kernel's state of preparation: how far it got, and what failed."""

    kernel: str
    release: str = "?"
    package: str = "?"
    compiler: str = "?"
    # row -> what went wrong; "" if nothing did
    rows: dict[str, str] = field(default_factory=dict)

    @property
    def can_run(self) -> bool:
        return self.rows.get(BUILD_ROW) == ""


def _attempt(*command: str) -> str:
    """Runs a command and forwards its progress. Returns its output if it failed, else ""."""
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert running.stdout
        said = []
        for line in running.stdout:
            said.append(line)
            if re.match(r"(vm|root|build-kernel|checkpatch): ", line):
                print(f"# {line}", end="", file=sys.stderr, flush=True)
    return ("".join(said) or f"exit status {running.returncode}") if running.returncode else ""


def _identify(prepared: Prepared) -> None:
    directory = paths.cache() / "kernels" / prepared.kernel
    prepared.release = (directory / "release").read_text("ascii").strip()
    complete = (directory / "complete").read_text("ascii")
    version = re.search(r"^linux-(?:image|binary)-\S+=(\S+)$|^source \S+ (\S+)$", complete, re.M)
    if version:
        prepared.package = version[1] or f"{version[2]}, configured by us"


def _compiler(kernel: str) -> str:
    origin = ROOT / "build" / kernel / "src" / ".origin"
    return origin.read_text("utf-8").strip().splitlines()[-1] if origin.exists() else "?"


def prepare(kernel: str, check: bool, foreign: bool) -> Prepared:
    """Provides the kernel and builds for it; with check, also checks the sources."""
    prepared = Prepared(kernel)
    problem = _attempt("scripts/vm", "--provide", kernel)
    if problem:
        prepared.rows[BUILD_ROW] = problem
        return prepared
    _identify(prepared)
    build = ("scripts/build-modules", "--kernel", kernel)
    prepared.rows[BUILD_ROW] = _attempt(*build)
    if foreign and prepared.can_run:
        prepared.rows[BUILD_ROW] = _attempt(*guest.foreign_build(kernel))
    prepared.compiler = _compiler(kernel)
    if check and prepared.can_run:
        prepared.rows[SPARSE_ROW] = _attempt(*build, "--sparse")
    if check and kernel == STRICTEST:
        prepared.rows[CHECKPATCH_ROW] = _attempt("tests/style/run", "--checkpatch-of", kernel)
    return prepared
