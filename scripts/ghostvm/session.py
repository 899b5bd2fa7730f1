"""One run: from a request to an exit status."""

import json
import os
import queue
import select
import shlex
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from . import image, kernels, kvm, machine, qmp, rooted, verdict
from .channel import Channel, Pump, Wire, new_marker
from .errors import UsageError
from .machine import Disk, MachineRequest

LOST = 125
_CONSOLE_TAIL_LINES = 60
_STREAMS = ("stdout", "stderr", "verdict")


@dataclass(frozen=True)
class RunRequest:
    """What to run, where, and how long to wait for it."""

    command: Sequence[str]
    kernel: str = kernels.DEFAULT
    # A whole distribution, with a kernel of its own, to boot instead of `kernel`.
    root: Path | None = None
    machine: MachineRequest = field(default_factory=MachineRequest)
    overlays: Sequence[Path] = ()
    timeout: float = 300.0
    allow_taint: bool = False
    accelerate: bool = True
    console: Path | None = None
    report: Path | None = None


class Lost(Exception):
    """The guest itself ended or gave no verdict."""


class _Sink:
    """One of our own output streams."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.broken = False

    def write(self, data: bytes) -> None:
        """Writes all of data; raises BrokenPipeError once the reader has closed its end."""
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._descriptor, view) :]
            except BlockingIOError:
                # The stream was non-blocking when we inherited it.
                select.select([], [self._descriptor], [])
            except BrokenPipeError:
                self.broken = True
                raise


def _overlay_names(overlays: Sequence[Path]) -> list[str]:
    names = [os.path.basename(os.path.abspath(overlay)) for overlay in overlays]
    for overlay, name in zip(overlays, names):
        if not overlay.is_dir():
            raise UsageError(f"--overlay {overlay}: no such directory")
        if not name or names.count(name) > 1:
            raise UsageError(f"--overlay {overlay}: /overlay/{name} would not be unique")
    return names


def _run_script(request: RunRequest, marker: bytes, overlays: Sequence[str]) -> str:
    mounts = [
        f"mount_disk overlay{number} {shlex.quote('/overlay/' + name)}"
        for number, name in enumerate(overlays)
    ]
    return "\n".join(
        [
            f"marker={marker[1:].decode('ascii')}",
            "mount_overlays() {",
            *(mounts or [":"]),
            "}",
            "run_command() {",
            f"exec setsid {shlex.join(request.command)}",
            "}\n",
        ]
    )


class Guest(Protocol):
    """What a machine boots."""

    def ready(self, run_script: str, scratch: Path) -> tuple[image.Image, Path]:
        """Returns the image and the initramfs that executes the script."""


class Session:
    """Owns what one run needs on the host, including a scratch directory."""

    def __init__(
        self, request: RunRequest, guest: Guest, sinks: tuple[_Sink, _Sink]
    ) -> None:
        self._request = request
        self._guest = guest
        self._sinks = sinks
        self._marker = new_marker()
        self._report = bytearray()
        self._events: queue.Queue[tuple[str, bool]] = queue.Queue()

    def run(self) -> verdict.Report:
        overlays = _overlay_names(self._request.overlays)
        with tempfile.TemporaryDirectory(prefix="ghostvm.") as name:
            scratch = Path(name)
            disks = self._overlay_disks(scratch)
            script = _run_script(self._request, self._marker, overlays)
            booted, initrd = self._guest.ready(script, scratch)
            disks.insert(0, Disk(booted.serial, booted.disk))
            return self._boot(booted, initrd, disks, scratch)

    def _overlay_disks(self, scratch: Path) -> list[Disk]:
        disks = []
        for number, overlay in enumerate(self._request.overlays):
            disk = Disk(f"overlay{number}", scratch / f"overlay{number}.squashfs")
            image.overlay_disk(overlay, disk.image)
            disks.append(disk)
        return disks

    def _boot(
        self, booted: image.Image, initrd: Path, disks: list[Disk], scratch: Path
    ) -> verdict.Report:
        channels = {name: Channel(name) for name in (*_STREAMS, "qmp", "monitor")}
        ports = [channels[name] for name in (*_STREAMS, "qmp")]
        console = self._request.console or scratch / "console"
        cards = self._request.machine.wire
        wire = Wire(cards) if cards else None
        monitor = channels["monitor"]
        arguments = machine.command_line(
            self._request.machine, booted, initrd, console, disks, ports, monitor, wire
        )
        inherited: list[Channel | Wire] = [*channels.values(), *([wire] if wire else [])]
        running = machine.start(arguments, inherited, scratch / "qemu")
        try:
            pumps = self._start_pumps(channels)
            control = qmp.Monitor(channels["monitor"].local)
            qmp.GuestPort(channels["qmp"].local, control).start()
            return self._await_verdict()
        except Lost as problem:
            running.kill()
            # Print the rest of the guest's output before our own message about it.
            for pump in pumps:
                pump.join(timeout=5)
            raise Lost(self._obituary(str(problem), running, console)) from None
        finally:
            running.kill()
            for channel in channels.values():
                channel.close()

    def _ended(self, name: str, by_marker: bool) -> None:
        self._events.put((name, by_marker))

    def _start_pumps(self, channels: dict[str, Channel]) -> list[Pump]:
        targets = (self._sinks[0].write, self._sinks[1].write, self._report.extend)
        pumps = [
            Pump(channels[name], self._marker, target, self._ended)
            for name, target in zip(_STREAMS, targets)
        ]
        for pump in pumps:
            pump.start()
        return pumps

    def _await_verdict(self) -> verdict.Report:
        """Waits until both output streams and the verdict have ended with their markers."""
        deadline = time.monotonic() + self._request.timeout
        pending = set(_STREAMS)
        while pending:
            try:
                name, ended = self._events.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise Lost(f"no verdict within {self._request.timeout:g} s") from None
            if any(sink.broken for sink in self._sinks):
                raise BrokenPipeError
            if not ended:
                raise Lost("the machine stopped without a verdict")
            pending.discard(name)
        try:
            return verdict.parse(bytes(self._report).removeprefix(b"ready\n"))
        except (ValueError, KeyError) as problem:
            raise Lost(f"the verdict makes no sense: {problem}") from None

    def _obituary(self, reason: str, running: machine.Machine, console: Path) -> str:
        stage = "while the command ran" if self._report else "before the command ran"
        text = console.read_text(encoding="utf-8", errors="replace") if console.exists() else ""
        tail = text.replace("\r", "").splitlines()[-_CONSOLE_TAIL_LINES:]
        lines = [f"vm: guest lost {stage}: {reason}"]
        if complaint := running.complaint():
            lines.append(f"vm: qemu says: {complaint}")
        lines += ["vm: the console's last lines:" if tail else "vm: the console is empty"]
        return "\n".join([*lines, *(f"  {line}" for line in tail)])


def _kvm_boots(kernel: kernels.Kernel) -> bool:
    probe = RunRequest(
        command=["true"], machine=MachineRequest(kvm=True), timeout=kvm.PROBE_TIMEOUT_S
    )
    with open(os.devnull, "wb") as nowhere:
        sink = _Sink(nowhere.fileno())
        try:
            report = Session(probe, image.StockGuest(kernel), (sink, sink)).run()
        except Lost:
            return False
    return report.status == 0 and verdict.judge(report).healthy


def _accelerated(request: RunRequest, kernel: kernels.Kernel) -> RunRequest:
    if request.machine.icount or not request.accelerate:
        return request
    if not kvm.usable(kernel, lambda: _kvm_boots(kernel)):
        return request
    return replace(request, machine=replace(request.machine, kvm=True))


def _announce(judgement: verdict.Judgement, tolerated: bool) -> None:
    for line in judgement.evidence:
        print(f"  {line}", file=sys.stderr)
    for finding in judgement.findings:
        print(f"vm: {'tolerated: ' if tolerated else ''}{finding}", file=sys.stderr)


def _session(request: RunRequest, sinks: tuple[_Sink, _Sink]) -> Session:
    if request.root:
        # Not accelerated: only our own kernels have been probed to boot under KVM.
        return Session(request, rooted.RootGuest(request.root), sinks)
    kernel = kernels.provide(request.kernel)
    return Session(_accelerated(request, kernel), image.StockGuest(kernel), sinks)


def _write_report(path: Path | None, status: int | None, findings: list[str]) -> None:
    """Writes the report of --report, by which a caller can tell trouble in the guest's kernel from
    a command that failed."""
    if path:
        path.write_text(json.dumps({"status": status, "findings": findings}), encoding="utf-8")


def run(request: RunRequest) -> int:
    """Runs the request with our own stdout and stderr, and returns the exit status."""
    sinks = (_Sink(sys.stdout.fileno()), _Sink(sys.stderr.fileno()))
    # Checked before anything slow, so that a usage error is reported at once.
    _overlay_names(request.overlays)
    try:
        report = _session(request, sinks).run()
    except Lost as problem:
        print(problem, file=sys.stderr)
        _write_report(request.report, None, str(problem).splitlines()[:1])
        return LOST
    except BrokenPipeError:
        # The status with which the command would have ended, had it written to that pipe.
        return 128 + signal.SIGPIPE
    judgement = verdict.judge(report)
    _announce(judgement, request.allow_taint)
    _write_report(request.report, report.status, judgement.findings)
    if judgement.healthy or request.allow_taint:
        return report.status
    return report.status or 1
