"""The table of kernel × case × result, for a terminal and for docs/kernels.md."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

NOT_RUN = "not run"


@dataclass
class Column:
    """A kernel, its description, and the result of each row."""

    kernel: str
    release: str = "?"
    package: str = "?"
    compiler: str = "?"
    cells: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Remark:
    """The reason, printed below the table, why a cell shows no plain success."""

    kernel: str
    row: str
    reason: str


def _grid(columns: Sequence[Column], rows: Sequence[str]) -> list[list[str]]:
    head = ["", *(column.kernel for column in columns)]
    return [head, *([row, *(column.cells.get(row, NOT_RUN) for column in columns)] for row in rows)]


def as_text(columns: Sequence[Column], rows: Sequence[str]) -> str:
    grid = _grid(columns, rows)
    widths = [max(len(line[index]) for line in grid) for index in range(len(grid[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in grid
    ]
    return "\n".join(lines)


def _markdown(grid: Sequence[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(line) + " |" for line in grid]
    return [lines[0], "|" + "---|" * len(grid[0]), *lines[1:]]


def grouped(remarks: Sequence[Remark]) -> list[str]:
    """One line per reason, with all kernels that it applies to."""
    kernels: dict[tuple[str, str], list[str]] = {}
    for remark in remarks:
        kernels.setdefault((remark.row, remark.reason), []).append(remark.kernel)
    return [f"{row} ({', '.join(names)}): {reason}" for (row, reason), names in kernels.items()]


def _rows_of(lines: Sequence[str]) -> list[list[str]]:
    """The cells of a markdown table, without the separator line below its header."""
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in lines]
    return [rows[0], *rows[2:]]


def from_document(text: str) -> tuple[list[Column], list[Remark]]:
    """Parses what as_document() wrote."""
    lines = text.splitlines()
    tables = text.split("What they were:")
    results = _rows_of([line for line in tables[0].splitlines() if line.startswith("|")])
    kinds = _rows_of([line for line in tables[1].splitlines() if line.startswith("|")])
    columns = [
        Column(name, release.strip("`"), package, compiler)
        for name, release, package, compiler in kinds[1:]
    ]
    for index, column in enumerate(columns, 1):
        column.cells = {row[0]: row[index] for row in results[1:] if row[index] != NOT_RUN}
    remark = re.compile(r"\* (.*) \(([^()]*)\): (.*)")
    skips = [
        Remark(kernel, found[1], found[3])
        for found in filter(None, map(remark.fullmatch, lines))
        for kernel in found[2].split(", ")
    ]
    return columns, skips


def as_document(
    columns: Sequence[Column], rows: Sequence[str], skips: Sequence[Remark], date: str
) -> str:
    kinds = [["kernel", "release", "package", "compiler"]]
    kinds += [[c.kernel, f"`{c.release}`", c.package, c.compiler] for c in columns]
    reasons = grouped(skips)
    return "\n".join(
        [
            "# Kernels",
            "",
            f"Written by `make matrix` on {date}; do not edit. Every case in `tests/vm/cases/` runs",
            "on every kernel, in a machine of its own, with modules built by the kernel's own",
            "distribution's compiler. `ok` is followed by the number of checks that passed. A run",
            "of some kernels renews their columns.",
            "",
            *_markdown(_grid(columns, rows)),
            "",
            *(["Skipped:", "", *(f"* {reason}" for reason in reasons), ""] if reasons else []),
            "What they were:",
            "",
            *_markdown(kinds),
            "",
        ]
    )
