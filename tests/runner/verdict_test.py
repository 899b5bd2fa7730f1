"""Unit tests: the verdict on recorded kernel logs, and the end marker of a stream."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from ghostvm import verdict  # noqa: E402
from ghostvm.channel import MarkedReader  # noqa: E402

BOOT = [
    "Linux version 6.1.0-56-amd64 (debian-kernel@lists.debian.org)",
    "Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on",
    "rcu: \\tRCU restricting CPUs from NR_CPUS=8192 to nr_cpu_ids=2.",
    "rcu: RCU calculated value of scheduler-enlistment delay is 25 jiffies.",
    "rcu: INFO: RCU event tracing is enabled.",
    "Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar",
    "kmemleak: Kernel memory leak detector initialized (mem pool available: 15679)",
    "NMI watchdog: Perf NMI watchdog permanently disabled",
    "kasan: KernelAddressSanitizer initialized",
    "INFO: lockdep is fine, thank you",
    "ACPI: Interpreter enabled",
    "DMA-API: preallocated 65536 debug entries",
    "DMA-API: debugging enabled by kernel config",
    "audit: type=2000 audit(1.1:1): state=initialized",
    "** This means that this kernel is built for debugging **",
]

TROUBLE = [
    "WARNING: CPU: 1 PID: 122 at kernel/foo.c:17 gmlab_warn_init+0x1c/0x1000 [gmlab_warn]",
    "WARNING: kernel/foo.c:17 at gmlab_warn_init+0x1c/0x1000, CPU#0: modprobe/122",
    "WARNING: possible circular locking dependency detected",
    "WARNING: possible recursive locking detected",
    "WARNING: inconsistent lock state",
    "WARNING: suspicious RCU usage",
    "WARNING: bad unlock balance detected!",
    "BUG: sleeping function called from invalid context at mm/page_alloc.c:5500",
    "BUG: scheduling while atomic: modprobe/123/0x00000002",
    "BUG: KASAN: slab-out-of-bounds in kmalloc_oob_right+0xf8/0x100",
    "BUG: KFENCE: use-after-free read in test_use_after_free_read+0xb3/0x143",
    "BUG: Bad page state in process insmod  pfn:01234",
    "BUG: unable to handle page fault for address: ffffffffc0213ff2",
    "BUG: kernel NULL pointer dereference, address: 0000000000000000",
    "BUG: spinlock bad magic on CPU#0, insmod/123",
    "BUG kmalloc-64 (Tainted: G           O      ): Right Redzone overwritten",
    "BUG: MAX_LOCKDEP_ENTRIES too low!",
    "kernel BUG at mm/slub.c:4242!",
    "invalid opcode: 0000 [#1] PREEMPT SMP NOPTI",
    "general protection fault, probably for non-canonical address 0xdead: 0000 [#1] SMP PTI",
    "Oops: 0002 [#1] PREEMPT SMP PTI",
    "INFO: task kworker/0:1:12 blocked for more than 120 seconds.",
    "INFO: trying to register non-static key.",
    "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
    "rcu: INFO: rcu_preempt self-detected stall on CPU",
    "rcu: INFO: rcu_sched detected expedited stalls on CPUs/tasks: { 0-... }",
    "rcu: rcu_preempt kthread starved for 5250 jiffies! Possible stall",
    "watchdog: BUG: soft lockup - CPU#0 stuck for 26s! [insmod:123]",
    "NMI watchdog: Watchdog detected hard LOCKUP on cpu 0",
    "watchdog: Watchdog detected hard LOCKUP on cpu 0",
    "BUG: workqueue lockup - pool cpus=0 node=0 flags=0x0 nice=0 stuck for 43s!",
    "UBSAN: array-index-out-of-bounds in drivers/foo.c:12:3",
    "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)",
    "list_del corruption. prev->next should be ffff8880, but was dead",
    "DMA-API: e1000 0000:00:04.0: device driver has pending DMA allocations while released",
    "\\x0a=====================\\x0aWARNING: held lock freed!",
]


def log(*texts: str, facility: int = 0, first: int = 0, end: bool = True) -> bytes:
    lines = [
        f"{facility * 8 + 4},{number},{number * 1000},-;{text}\n SUBSYSTEM=pci\n"
        for number, text in enumerate(texts, first)
    ]
    if end:
        lines.append(f"15,{first + len(texts)},99999,-;ghostvm: end of run\n")
    return "".join(lines).encode()


def judge(raw_log: bytes, tainted: int = 0, extra: str = "") -> verdict.Judgement:
    raw = f"status 0\ntainted {tainted}\n{extra}kmsg\n".encode() + raw_log
    return verdict.judge(verdict.parse(raw))


class VerdictTest(unittest.TestCase):
    def test_a_quiet_boot_is_healthy(self) -> None:
        self.assertEqual(judge(log(*BOOT)).findings, [])

    def test_each_kind_of_report_is_found(self) -> None:
        for text in TROUBLE:
            with self.subTest(text):
                self.assertEqual(len(judge(log(*BOOT, text)).findings), 1)

    def test_user_space_may_write_what_it_likes(self) -> None:
        self.assertTrue(judge(log(*TROUBLE, facility=1)).healthy)

    def test_quoting_a_report_is_no_report(self) -> None:
        self.assertTrue(judge(log("gmlab: saw 'WARNING: CPU: 1' in a log")).healthy)

    def test_taints(self) -> None:
        self.assertTrue(judge(log(*BOOT), tainted=1 << 12 | 1 << 13 | 1 << 0 | 1 << 18).healthy)
        for bit, letter in ((5, "B"), (7, "D"), (9, "W"), (14, "L")):
            self.assertIn(f": {letter} (", judge(log(*BOOT), tainted=1 << bit).findings[0])

    def test_an_unknown_taint_is_trouble(self) -> None:
        self.assertFalse(judge(log(*BOOT), tainted=1 << 30).healthy)

    def test_lockdep(self) -> None:
        self.assertTrue(judge(log(*BOOT), extra="debug_locks 1\n").healthy)
        self.assertFalse(judge(log(*BOOT), extra="debug_locks 0\n").healthy)

    def test_a_log_with_gaps_proves_nothing(self) -> None:
        self.assertIn("incomplete: 3 records", judge(log(*BOOT, first=3)).findings[0])
        self.assertIn("end is missing", judge(log(*BOOT, end=False)).findings[0])
        self.assertIn("end is missing", judge(b"").findings[0])

    def test_half_a_report_is_none(self) -> None:
        with self.assertRaises(ValueError):
            verdict.parse(b"status 0\ntainted 0\n")

    def test_evidence_ends_with_the_trace(self) -> None:
        before = ["------------[ cut here ]------------", "foo: in its own words"]
        after = ["Call Trace:", " foo+0x1/0x2", "---[ end trace 0000000000000000 ]---"]
        trace = [*before, TROUBLE[0], *after]
        evidence = judge(log(*BOOT, *trace, "and so on")).evidence
        self.assertEqual([line.split("] ", 1)[1] for line in evidence], trace)


class MarkedReaderTest(unittest.TestCase):
    MARKER = b"\0abcabd"

    def read(self, data: bytes, size: int) -> tuple[bytes, bool, bytes]:
        reader = MarkedReader(self.MARKER)
        chunks = [data[start : start + size] for start in range(0, len(data), size)]
        content = b"".join(reader.feed(chunk) for chunk in chunks)
        return content, reader.ended, reader.flush()

    def test_the_marker_ends_the_stream_however_it_is_cut(self) -> None:
        data = b"x\0abcab\0abc\0\0abcabc" + b"tail\0"
        for size in range(1, len(data) + 20):
            with self.subTest(size):
                self.assertEqual(self.read(data + self.MARKER + b"late", size), (data, True, b""))

    def test_nothing_is_withheld_when_no_marker_comes(self) -> None:
        for size in (1, 3, 100):
            content, ended, held = self.read(b"data\0abca", size)
            self.assertEqual((content + held, ended), (b"data\0abca", False))

    def test_text_is_passed_on_at_once(self) -> None:
        self.assertEqual(MarkedReader(self.MARKER).feed(b"a line\n"), b"a line\n")


if __name__ == "__main__":
    unittest.main()
