"""Judges the report that the guest gives on its own kernel at the end of a run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# These bits are harmless: our modules and the kernel's own test modules set P, F, O, E and N;
# the others describe the (virtual) hardware or the build, not an event.
_HARMLESS_TAINTS = frozenset("PFSCIOEKXTN")
_TAINTS = (
    ("P", "proprietary module"),
    ("F", "module loaded by force"),
    ("S", "processor out of specification"),
    ("R", "module unloaded by force"),
    ("M", "machine check"),
    ("B", "bad page"),
    ("U", "tainted by user space"),
    ("D", "oops"),
    ("A", "ACPI table overridden"),
    ("W", "warning"),
    ("C", "staging driver"),
    ("I", "firmware workaround"),
    ("O", "out-of-tree module"),
    ("E", "unsigned module"),
    ("L", "soft lockup"),
    ("K", "live patch"),
    ("X", "auxiliary"),
    ("T", "randomised structures"),
    ("N", "in-kernel test"),
    ("J", "firmware mutated by user space"),
)

# Matched at the start of each line of a record that the kernel itself wrote: text that user
# space wrote to /dev/kmsg, or that merely contains such words, is no report.
_TROUBLE = re.compile(
    r"""
      WARNING:\ (?!.*\ allocated\ lock\ classes)
    | (?:watchdog:\ |NMI\ watchdog:\ )?BUG[: ]
    | kernel\ BUG\ at\ 
    | .*\[\#\d+\]                               # an oops of any kind numbers itself
    | (?:UBSAN|KASAN|KCSAN|KMSAN|KFENCE|ODEBUG|DMA-API):\ .*(?:at|in|-|:)\ 
    | INFO:\ task\ .*\ blocked\ for\ more\ than
    | (?:rcu:\ )?INFO:\ .*(?:stall|detected\ )
    | rcu:.*\bstall
    | INFO:\ (?:trying\ to\ register\ non-static\ key|possible\ |inconsistent\ |suspicious\ )
    | (?:NMI\ )?[Ww]atchdog.*(?:LOCKUP|lockup)
    | kmemleak:\ \d+\ new\ suspected
    | (?:list_add|list_del)\ corruption
    | Bad\ page\ (?:state|map)
    | Kernel\ panic
    """,
    re.VERBOSE,
)
# The guest's init writes this to the kernel log before it sends the log.
_END_OF_LOG = "ghostvm: end of run"
_CONTEXT_RECORDS = 60
_MAX_PREAMBLE_RECORDS = 6
_MAX_REPORTS = 5


@dataclass(frozen=True)
class Record:
    """One record of /dev/kmsg."""

    sequence: int
    facility: int
    level: int
    seconds: float
    text: str

    def is_trouble(self) -> bool:
        return self.facility == 0 and any(
            _TROUBLE.match(line.strip()) for line in self.text.split("\n")
        )

    def __str__(self) -> str:
        return f"[{self.seconds:12.6f}] {self.text}"


@dataclass(frozen=True)
class Report:
    """The guest's report, parsed."""

    status: int
    tainted: int
    debug_locks: bool | None
    records: list[Record] = field(default_factory=list)


@dataclass(frozen=True)
class Judgement:
    findings: list[str]
    evidence: list[str]

    @property
    def healthy(self) -> bool:
        return not self.findings


def _unescape(text: bytes) -> str:
    plain = re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes([int(match[1], 16)]), text)
    return plain.decode("utf-8", "replace")


def parse_kmsg(raw: bytes) -> Iterator[Record]:
    for line in raw.split(b"\n"):
        prefix, separator, text = line.partition(b";")
        # Lines that begin with a blank belong to the dictionary of a record.
        if not separator or line.startswith(b" "):
            continue
        priority, sequence, microseconds = (int(part) for part in prefix.split(b",")[:3])
        yield Record(
            sequence, priority >> 3, priority & 7, microseconds / 1e6, _unescape(text)
        )


def parse(raw: bytes) -> Report:
    """Parses a report; raises ValueError if raw is none."""
    head, separator, log = raw.partition(b"kmsg\n")
    if not separator:
        raise ValueError("the report has no kernel log")
    values = dict(line.split(" ", 1) for line in head.decode("ascii").splitlines() if " " in line)
    return Report(
        status=int(values["status"]),
        tainted=int(values["tainted"]),
        debug_locks=values["debug_locks"] == "1" if "debug_locks" in values else None,
        records=list(parse_kmsg(log)),
    )


def _taint_findings(tainted: int) -> Iterator[str]:
    for bit in range(tainted.bit_length()):
        if not tainted >> bit & 1:
            continue
        letter, meaning = _TAINTS[bit] if bit < len(_TAINTS) else ("?", "unknown")
        if letter not in _HARMLESS_TAINTS:
            yield f"the kernel is tainted: {letter} ({meaning})"


def _log_findings(records: list[Record]) -> Iterator[str]:
    if not any(record.facility and record.text == _END_OF_LOG for record in records):
        yield "the kernel log is incomplete: its end is missing"
    elif lost := records[-1].sequence + 1 - len(records):
        # Sequence numbers start at 0 and are consecutive.
        yield f"the kernel log is incomplete: {lost} records were overwritten unread"


def _excerpt(records: list[Record], index: int) -> tuple[list[str], int]:
    """Returns the kernel report around a record, up to the end of its stack trace, and its end.

    A WARN's own message precedes its first matching line; it follows a "cut here" line.
    """
    start = index
    for before in range(index - 1, max(-1, index - _MAX_PREAMBLE_RECORDS), -1):
        if "[ cut here ]" in records[before].text:
            start = before
            break
    lines = []
    for record in records[start : index + _CONTEXT_RECORDS]:
        lines.append(str(record))
        if "---[ end trace" in record.text:
            break
    return lines, start + len(lines)


def judge(report: Report) -> Judgement:
    findings = list(_taint_findings(report.tainted))
    evidence: list[str] = []
    if report.debug_locks is False:
        findings.append("lockdep turned itself off")
    findings += _log_findings(report.records)
    troubles = [index for index, record in enumerate(report.records) if record.is_trouble()]
    shown = 0
    for count, index in enumerate(troubles):
        if count < _MAX_REPORTS:
            findings.append(f"kernel report: {report.records[index].text.splitlines()[0]}")
            if index >= shown:
                excerpt, shown = _excerpt(report.records, index)
                evidence += excerpt
    if len(troubles) > _MAX_REPORTS:
        findings.append(f"and {len(troubles) - _MAX_REPORTS} more kernel reports")
    return Judgement(findings, evidence)
