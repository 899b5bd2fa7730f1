"""Unit tests: a command's own namespaces, on a whole host and in a chroot that is no mount point."""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPO / "scripts"))

from ghostvm import namespace  # noqa: E402

# Where anybody may mount, and nothing of it shows on the host. The tests themselves may be run in a
# plain chroot, where there are no user namespaces and / cannot be made private.
ALONE = [
    *("unshare", "--mount", *(["--map-root-user"] if os.geteuid() else [])),
    *(["--propagation", "unchanged"] if not namespace.root_is_mounted() else []),
    *("sh", "-ec"),
]
# A chroot into a directory that has no mount of its own, on a mount of the caller's choice.
IN_A_CHROOT = """
mount -t tmpfs outer "$1"
mount --make-{} "$1"
mkdir "$1/root" && cd "$1/root"
for name in usr etc proc dev{}; do
    mkdir -p "./$name" && mount --rbind "/$name" "./$name"
done
for name in bin sbin lib lib64; do
    ln -s "usr/$name" "$name"
done
mkdir -p tmp
exec chroot . /usr/bin/python3 -B -c "$2"
"""
MOUNTS = f"""
import os, subprocess, sys
os.environ["GHOSTMEM_CACHE"] = "{{}}"
sys.path.insert(0, "{REPO}/scripts")
from ghostvm import errors, namespace
try:
    command = namespace.enter()
except errors.ProvisionError as error:
    sys.exit(str(error))
subprocess.run([*command, "mount", "-t", "tmpfs", "mine", "/tmp"], check=True)
sys.exit(" mine " in open("/proc/self/mountinfo").read())
"""


def in_a_chroot(propagation: str) -> "subprocess.CompletedProcess[str]":
    repo = "" if REPO.is_relative_to("/usr") else f" {str(REPO)[1:]}"
    script = IN_A_CHROOT.format(propagation, repo)
    with tempfile.TemporaryDirectory() as place:
        return subprocess.run(
            [*ALONE, script, "sh", place, MOUNTS.format("/tmp/a cache")], capture_output=True, text=True, check=False
        )


class NamespaceTest(unittest.TestCase):
    def test_a_mount_does_not_show_outside(self) -> None:
        with tempfile.TemporaryDirectory() as cache:
            done = subprocess.run(
                [*ALONE, 'exec /usr/bin/python3 -B -c "$1"', "sh", MOUNTS.format(cache)],
                capture_output=True,
                text=True,
                check=False,
            )
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_nor_from_a_chroot_that_is_no_mount_point(self) -> None:
        done = in_a_chroot("private")
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_a_chroot_that_cannot_be_kept_apart_is_refused(self) -> None:
        done = in_a_chroot("shared")
        self.assertEqual(done.returncode, 1)
        self.assertIn("mount --bind", done.stderr)


if __name__ == "__main__":
    unittest.main()
