"""The QEMU process: its command line, and its lifetime, which ends with ours at the latest."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .channel import Channel, Wire
from .errors import ProvisionError
from .image import Image

# Not 'quiet': that would keep warnings off the console, which is all that is left of a lost
# guest. 4M of log is some 130,000 records; more would take memory (descriptors need four
# times the text) and distort what tests measure.
# no_timer_check: on a loaded host the emulated timer can miss the few ticks for which the kernel
# looks at boot, and the kernel panics: "IO-APIC + timer doesn't work!".
_COMMAND_LINE = "console=ttyS0 loglevel=5 panic=-1 log_buf_len=4M no_timer_check"
# Where the guest's clock starts when instructions are counted: an arbitrary fixed date.
_ICOUNT_EPOCH = "2025-01-01T00:00:00"


@dataclass(frozen=True)
class MachineRequest:
    """What the caller can choose about the machine."""

    cpus: int = 2
    memory: str = "1G"
    icount: bool = False
    kaslr: bool = False
    kvm: bool = False
    append: Sequence[str] = ()
    devices: Sequence[str] = ()
    wire: tuple[str, str] | None = None
    qemu_args: Sequence[str] = ()
    qmp_socket: str | None = None


@dataclass(frozen=True)
class Disk:
    """A read-only image that the guest finds by its serial number."""

    serial: str
    image: Path

    def arguments(self) -> list[str]:
        drive = f"if=none,id={self.serial},format=raw,read-only=on,file={_escaped(self.image)}"
        device = f"virtio-blk-pci,drive={self.serial},serial={self.serial}"
        return ["-drive", drive, "-device", device]


@dataclass
class Machine:
    """A running QEMU."""

    process: "subprocess.Popen[bytes]"
    log: Path

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def complaint(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace").strip()


def _escaped(path: Path) -> str:
    """The path with commas doubled, because QEMU separates options by commas."""
    return str(path).replace(",", ",,")


def _accelerator(request: MachineRequest) -> list[str]:
    if request.kvm:
        return ["-accel", "kvm", "-cpu", "host"]
    if request.icount:
        # Without sleep=off, an idle guest's clock follows the host's. With the host's date or
        # its random numbers, no two boots would execute the same instructions.
        return [
            *("-accel", "tcg,thread=single", "-cpu", "max"),
            *("-icount", "shift=0,sleep=off", "-seed", "1"),
            *("-rtc", f"base={_ICOUNT_EPOCH},clock=vm"),
        ]
    # Without erms and fsrm the kernel copies eight bytes at a time. Under emulation each iteration
    # of "rep movsb" costs as much as one of those.
    return ["-accel", "tcg,thread=single", "-cpu", "max,erms=off,fsrm=off"]


def command_line(
    request: MachineRequest,
    image: Image,
    initrd: Path,
    console: Path,
    disks: Sequence[Disk],
    ports: Sequence[Channel],
    monitor: Channel,
    wire: Wire | None,
) -> list[str]:
    # Entering vmlinux directly skips the self-extraction, which is two thirds of a boot's time
    # under TCG. The kernel is the same, but only the extractor can randomise its addresses.
    kernel = image.bzimage if request.kaslr else image.boot
    arguments = [
        *("qemu-system-x86_64", "-machine", "pc", *_accelerator(request)),
        *("-smp", str(request.cpus), "-m", request.memory),
        *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-net", "none"),
        *("-kernel", str(kernel), "-initrd", str(initrd)),
        *("-append", " ".join([_COMMAND_LINE, image.append, *request.append])),
        *("-serial", f"file:{console}"),
        *("-chardev", monitor.chardev(), "-mon", f"chardev={monitor.name},mode=control"),
        *("-device", "virtio-serial-pci,id=ports,max_ports=8"),
    ]
    for number, port in enumerate(ports, 1):
        device = f"virtserialport,bus=ports.0,nr={number},chardev={port.name},name={port.name}"
        arguments += ["-chardev", port.chardev(), "-device", device]
    for disk in disks:
        arguments += disk.arguments()
    if wire:
        arguments += wire.arguments()
    for device in request.devices:
        arguments += ["-device", device]
    if request.qmp_socket:
        path = _escaped(Path(request.qmp_socket))
        arguments += ["-qmp", f"unix:{path},server=on,wait=off"]
    return [*arguments, *request.qemu_args]


def start(arguments: list[str], inherited: Sequence[Channel | Wire], log: Path) -> Machine:
    # However the runner dies, QEMU must end, too. QEMU gets a session of its own, so that an
    # interrupt from the terminal reaches the runner only.
    guarded = ["setpriv", "--pdeathsig", "KILL", "--", *arguments]
    try:
        with open(log, "wb") as output:
            process = subprocess.Popen(
                guarded,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[number for channel in inherited for number in channel.filenos()],
                start_new_session=True,
            )
    except FileNotFoundError as problem:
        missing = problem.filename
        raise ProvisionError(f"the host has no '{missing}': run scripts/setup") from problem
    for channel in inherited:
        channel.close_remote()
    return Machine(process, log)
