"""What is derived from a kernel so that it boots fast, and the initramfs of one run.

Derived once per kernel are the bare vmlinux, a squashfs of all its modules, and the few
modules that must be loaded before that squashfs can be mounted. Derived once per build of
our modules is an overlay layer with our modules and a module index that covers both.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import paths, store, userland, vmlinux
from .cpio import Archive
from .errors import ProvisionError
from .kernels import Kernel

# In the order in which the guest loads them. Dependencies are added; a module that is built
# into the kernel has no file and is left out.
_EARLY = ("virtio_pci", "virtio_console", "virtio_blk", "squashfs", "overlay")
_INDEX_FILES = (
    "modules.alias.bin",
    "modules.builtin",
    "modules.builtin.alias.bin",
    "modules.builtin.bin",
    "modules.builtin.modinfo",
    "modules.dep",
    "modules.dep.bin",
    "modules.devname",
    "modules.order",
    "modules.softdep",
    "modules.symbols.bin",
)
LAYER = "usr/lib/ghostvm/modules"


@dataclass(frozen=True)
class Image:
    """Everything that QEMU needs from a kernel. The guest finds the disk by its serial number."""

    boot: Path
    bzimage: Path
    disk: Path
    serial: str
    archives: Sequence[Path]
    append: str


def _enters_directly(kernel: Kernel) -> bool:
    """Whether the kernel can be entered by its PVH note. A KASAN kernel cannot: its PVH entry code
    is instrumented, and the shadow memory does not exist yet."""
    try:
        return "\nCONFIG_KASAN=y\n" not in (kernel.build / ".config").read_text(encoding="utf-8")
    except OSError:
        return True


def squashfs(tree: Path, target: Path, *options: str) -> None:
    command = ["mksquashfs", str(tree), str(target), "-noappend", "-no-progress"]
    made = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if made.returncode:
        reason = (made.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ProvisionError(f"mksquashfs of {tree} failed: {reason}")


def overlay_disk(tree: Path, target: Path) -> None:
    # Not compressed, because it is made anew for each run.
    squashfs(tree, target, "-all-root", "-noI", "-noD", "-noF", "-noX")


def _depmod(base: Path, release: str) -> None:
    done = subprocess.run(
        ["depmod", "-b", str(base), release], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ProvisionError(f"depmod failed for {release}: {done.stderr.strip()}")


def _index(kernel: Kernel, ours: list[Path], base: Path) -> Path:
    """Makes a tree below base with the stock modules as links and ours as copies; runs depmod."""
    tree = base / "lib" / "modules" / kernel.release
    (tree / "updates").mkdir(parents=True)
    for entry in kernel.modules.iterdir():
        if entry.is_dir():
            (tree / entry.name).symlink_to(entry)
        elif entry.name in ("modules.order", "modules.builtin", "modules.builtin.modinfo"):
            shutil.copy(entry, tree)
    for module in ours:
        shutil.copy(module, tree / "updates")
    _depmod(base, kernel.release)
    return tree


def _load_order(dependencies: dict[str, list[str]], wanted: tuple[str, ...]) -> list[str]:
    by_name = {Path(path).name.split(".ko")[0].replace("-", "_"): path for path in dependencies}
    order: list[str] = []
    for name in wanted:
        if name not in by_name:
            continue
        path = by_name[name]
        # modules.dep lists last what must be loaded first.
        order += [entry for entry in [*reversed(dependencies[path]), path] if entry not in order]
    return order


def add_early(
    archive: Archive, directory: str, dependencies: str, read: Callable[[str], bytes]
) -> None:
    """Adds the modules needed before the disk can be mounted; their names sort in load order."""
    lines = (line.partition(":") for line in dependencies.splitlines())
    order = _load_order({key: rest.split() for key, _, rest in lines}, _EARLY)
    archive.directory(directory)
    for number, path in enumerate(order):
        stem, _, suffix = Path(path).name.partition(".ko")
        content = read(path)
        # Decompressed on the host, which is quicker, and so that any insmod can load it.
        plain = (vmlinux.decompress(content) or content) if suffix else content
        archive.file(f"{directory}/{number:02}-{stem}.ko", plain)


def _write_early(kernel: Kernel, target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="ghostvm.") as scratch:
        dependencies = (_index(kernel, [], Path(scratch)) / "modules.dep").read_text("ascii")
    with open(target, "wb") as stream:
        archive = Archive(stream)
        add_early(
            *(archive, "usr/lib/ghostvm/early", dependencies),
            lambda path: (kernel.modules / path).read_bytes(),
        )
        archive.close()


def _write_layer(kernel: Kernel, ours: list[Path], target: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="ghostvm.") as scratch:
        tree = _index(kernel, ours, Path(scratch))
        with open(target, "wb") as stream:
            archive = Archive(stream)
            archive.directory(LAYER)
            for name in _INDEX_FILES:
                if (tree / name).exists():
                    archive.file(f"{LAYER}/{name}", (tree / name).read_bytes())
            for module in sorted((tree / "updates").iterdir()):
                archive.file(f"{LAYER}/updates/{module.name}", module.read_bytes())
            archive.close()


def _derive(kernel: Kernel, work: Path) -> None:
    store.progress(f"preparing kernel {kernel.name} (once)")
    if _enters_directly(kernel) and (inside := vmlinux.extract(kernel.vmlinuz.read_bytes())):
        (work / "vmlinux").write_bytes(inside)
    squashfs(kernel.modules, work / "modules.squashfs", "-all-root", "-comp", "lz4")
    _write_early(kernel, work / "early.cpio")


def derive(kernel: Kernel) -> Image:
    """Returns the kernel's image, brought up to date. Call with the images' lock held."""
    family = paths.cache() / "images" / kernel.name
    identity = [kernel.release, store.stamp(kernel.vmlinuz), store.stamp(kernel.complete)]
    entry = family / store.digest([*identity, Path(__file__).read_bytes()])
    if not entry.exists():
        store.publish_directory(entry, lambda work: _derive(kernel, work))
        store.prune(family, entry)
    ours = sorted((paths.build(kernel.name) / "modules").glob("*.ko"))
    layer = entry / f"layer-{store.digest(store.stamp(module) for module in ours)}.cpio"
    if not layer.exists():
        store.publish_file(layer, lambda work: _write_layer(kernel, ours, work))
    for used in (entry, layer):
        os.utime(used)
    _prune_layers(entry, layer)
    direct = entry / "vmlinux"
    return Image(
        boot=direct if direct.exists() else kernel.vmlinuz,
        bzimage=kernel.vmlinuz,
        disk=entry / "modules.squashfs",
        serial="modules",
        archives=[*userland.archives(), entry / "early.cpio", layer],
        append=kernel.append,
    )


def _prune_layers(entry: Path, current: Path) -> None:
    """Removes the layers of earlier builds of our modules. Runs that use one have copied it, which
    they do under the lock."""
    for layer in entry.glob("layer-*.cpio"):
        if layer != current:
            layer.unlink()


def assemble(image: Image, place: str, run_script: str, target: Path) -> None:
    """Writes the initramfs of one run: the cached parts concatenated, and the run's script."""
    with open(target, "wb") as stream:
        for part in image.archives:
            with open(part, "rb") as source:
                shutil.copyfileobj(source, stream, 1 << 20)
        archive = Archive(stream)
        archive.file(f"{place}/run", run_script.encode("utf-8", "surrogateescape"), 0o755)
        archive.close()


@dataclass(frozen=True)
class StockGuest:
    """One of our kernels to test with, and the runner's own small userland."""

    kernel: Kernel

    def ready(self, run_script: str, scratch: Path) -> tuple[Image, Path]:
        """Returns the image to boot and the initramfs to boot it with."""
        initrd = scratch / "initrd"
        with store.locked(paths.cache() / "images.lock"):
            image = derive(self.kernel)
            assemble(image, "usr/lib/ghostvm", run_script, initrd)
        return image, initrd
