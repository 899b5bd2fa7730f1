"""Whether KVM can boot a kernel on this host. That /dev/kvm exists does not prove it."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

from . import paths, store
from .kernels import Kernel

PROBE_TIMEOUT_S = 12.0


def _identity(kernel: Kernel) -> str:
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    version = subprocess.run(
        ["qemu-system-x86_64", "--version"], capture_output=True, text=True, check=False
    ).stdout.splitlines()[:1]
    return store.digest([boot, os.uname().release, version, store.stamp(kernel.complete)])


def usable(kernel: Kernel, probe: Callable[[], bool]) -> bool:
    """Returns the probe's result; probes once for each kernel, QEMU version and host boot."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    record = paths.cache() / "kvm" / kernel.name
    identity = _identity(kernel)
    with store.locked(record.with_name(f"{kernel.name}.lock")):
        if record.exists():
            known, _, answer = record.read_text(encoding="ascii").partition(" ")
            if known == identity:
                return answer == "yes"
        answer = "yes" if probe() else "no"
        store.publish_text(record, f"{identity} {answer}")
    return answer == "yes"
