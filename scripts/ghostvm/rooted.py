"""A guest that boots a whole distribution: a root's tree with its own kernel and systemd."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import paths, vmlinux
from .cpio import Archive
from .errors import ProvisionError, UsageError
from .image import Image, add_early, assemble, squashfs

_MODULES = "usr/lib/modules"
_PLACE = "ghostvm"
# Units that no test needs and that take long under emulation or wait for hardware.
_MASKED = (
    *("getty@tty1.service", "getty-static.service", "serial-getty@ttyS0.service"),
    *("apt-daily.timer", "apt-daily-upgrade.timer", "dpkg-db-backup.timer", "man-db.timer"),
    *("e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer", "logrotate.timer"),
    *("systemd-journal-flush.service", "systemd-timesyncd.service"),
)
_APPEND = " ".join(
    [
        "systemd.unit=multi-user.target",
        # Skips the update of caches at the first boot, which takes half a minute.
        "systemd.condition-needs-update=no",
        *(f"systemd.mask={unit}" for unit in _MASKED),
    ]
)


@dataclass(frozen=True)
class _Packed:
    """Reads single files out of a squashfs."""

    image: Path

    def read(self, path: str) -> bytes:
        done = subprocess.run(
            ["unsquashfs", "-cat", str(self.image), path], capture_output=True, check=False
        )
        if done.returncode:
            raise ProvisionError(f"{self.image} has no {path}: install a kernel in that root")
        return done.stdout

    def releases(self) -> list[str]:
        """The releases of the kernels that have modules in the image."""
        done = subprocess.run(
            ["unsquashfs", "-l", "-d", "", str(self.image), _MODULES],
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.findall(rf"^/{_MODULES}/([^/\n]+)$", done.stdout, re.MULTILINE)
        if not found:
            raise ProvisionError(f"{self.image} has no kernel: install one in that root")
        return found


def _newest(releases: list[str]) -> str:
    def numbers(release: str) -> list[int]:
        return [int(number) for number in re.findall(r"\d+", release)]

    return max(releases, key=numbers)


@dataclass(frozen=True)
class RootGuest:
    """Boots the newest kernel in a tree, or in the squashfs of one. The tree is not written to."""

    root: Path

    def ready(self, run_script: str, scratch: Path) -> tuple[Image, Path]:
        packed = _Packed(self._squashfs(scratch))
        release = _newest(packed.releases())
        bzimage = scratch / "vmlinuz"
        bzimage.write_bytes(packed.read(f"boot/vmlinuz-{release}"))
        direct = scratch / "vmlinux"
        if inside := vmlinux.extract(bzimage.read_bytes()):
            direct.write_bytes(inside)
        archive = scratch / "root.cpio"
        self._write_archive(packed, release, archive)
        image = Image(
            boot=direct if inside else bzimage,
            bzimage=bzimage,
            disk=packed.image,
            serial="root",
            archives=[archive],
            append=_APPEND,
        )
        initrd = scratch / "initrd"
        assemble(image, _PLACE, run_script, initrd)
        return image, initrd

    def _squashfs(self, scratch: Path) -> Path:
        if self.root.is_file():
            return self.root.absolute()
        if not (self.root / _MODULES).is_dir():
            raise UsageError(f"--root {self.root}: neither a tree with a kernel nor an image")
        target = scratch / "root.squashfs"
        squashfs(self.root, target, "-comp", "lz4")
        return target

    @staticmethod
    def _write_archive(packed: _Packed, release: str, target: Path) -> None:
        modules = f"{_MODULES}/{release}"
        dependencies = packed.read(f"{modules}/modules.dep").decode("ascii")
        guest = paths.GUEST_FILES
        with open(target, "wb") as stream:
            archive = Archive(stream)
            archive.directory("dev")
            archive.character_device("dev/console", 5, 1)
            archive.file("bin/busybox", Path("/bin/busybox").read_bytes(), 0o755)
            archive.file("init", (guest / "root-init").read_bytes(), 0o755)
            archive.file(f"{_PLACE}/session", (guest / "session").read_bytes())
            archive.file(f"{_PLACE}/service", (guest / "root-service").read_bytes(), 0o755)
            archive.file(f"{_PLACE}/bin/qmp", (guest / "qmp").read_bytes(), 0o755)
            unit = "ghostvm.service"
            archive.file(f"{_PLACE}/{unit}", (guest / unit).read_bytes())
            add_early(
                archive, f"{_PLACE}/early", dependencies, lambda path: packed.read(f"{modules}/{path}")
            )
            archive.close()
