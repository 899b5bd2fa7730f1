#include "lib/kmsg/device_rules.h"

namespace ghostmem {

// The wordings are those of kernels from 3.10 to 7.2; tests/unit/data/kmsg/corpus.txt has messages
// of each rule. Rules are looked at in this order, and the patterns of each in theirs.
const std::string_view device_kmsg_rules_text = R"RULES(# Networks.
[netdev_refcount]
severity = error
pattern = unregister_netdevice: waiting for {device} to become free. Usage count = {count}
end = quiet 60s
meaning = a network device was removed, but something still refers to it
[tx_timeout]
severity = error
pattern = NETDEV WATCHDOG: {device} ({module}): transmit queue {count} timed out
pattern = {device}: NETDEV WATCHDOG: {}transmit queue {count} timed out
end = quiet 60s
meaning = a network card does not send
[tx_hang]
severity = error
pattern = {device}: Detected Hardware Unit Hang
pattern = {device}: Detected Tx Unit Hang
pattern = {device} Detected Tx Unit Hang
pattern = {device}: tx hang {count} detected
end = quiet 60s
meaning = a network card does not send, and is reset
[net_reset]
severity = warning
pattern = {device}: Reset adapter
pattern = {device}: resetting adapter
pattern = {device}: NIC Link is Down, resetting
meaning = a driver has reset its network card
[link_down]
severity = info
pattern = {device}: NIC Link is Down
pattern = {device} NIC Link is Down
pattern = {device}: Link is Down
pattern = {device}: Link down
pattern = {device}: NIC Copper Link is Down
end = text {device}: {}ink is Up
meaning = a network link has gone
[conntrack_full]
severity = error
pattern = nf_conntrack: table full, dropping packet
pattern = nf_conntrack: table full in netns {name}, dropping packet
end = quiet 60s
meaning = connections are refused, because the table of connections is full
[neighbour_full]
severity = warning
pattern = {name}: neighbor table overflow!
pattern = Neighbour table overflow
end = quiet 60s
meaning = hosts of the network cannot be reached, because the table of their addresses is full
[syn_flood]
severity = info
pattern = Possible SYN flooding on port {name}:{port}.
pattern = Possible SYN flooding on port {port}.
end = quiet 60s
meaning = more connections arrive than a server accepts
[tcp_memory]
severity = error
pattern = TCP: out of memory -- consider tuning tcp_mem
end = quiet 60s
meaning = sockets hold as much memory as TCP may have
[tcp_orphans]
severity = warning
pattern = TCP: too many orphaned sockets
pattern = TCP: too many of orphaned sockets
end = quiet 60s
meaning = too many connections were closed by their processes, but not by their peers
# Disks and file systems.
[io_error]
severity = error
pattern = I/O error, dev {device}, sector {count}
pattern = critical medium error, dev {device}, sector {count}
pattern = critical target error, dev {device}, sector {count}
pattern = critical space allocation error, dev {device}, sector {count}
pattern = Buffer I/O error on dev {device}, logical block {count}
pattern = Buffer I/O error on device {device}, logical block {count}
end = quiet 300s
meaning = a disk has failed to read or to write
[fs_read_only]
severity = critical
pattern = EXT4-fs ({device}): Remounting filesystem read-only
pattern = (device {device}): forced readonly
pattern = (device {device}: {}): forced readonly
end = text EXT4-fs ({device}): re-mounted
meaning = a file system lets nobody write any more
[fs_error]
severity = error
pattern = EXT4-fs error (device {device}): {function}:{line}:
pattern = EXT4-fs error (device {device}):
pattern = BTRFS error (device {device}):
pattern = BTRFS error (device {device}: {}):
pattern = BTRFS: error (device {device}) in
pattern = BTRFS: error (device {device}: {}) in
pattern = XFS ({device}): metadata I/O error
pattern = XFS ({device}): log I/O error
pattern = XFS ({device}): Corruption {}detected
end = never
meaning = a file system is damaged, or its disk is
[journal_abort]
severity = critical
pattern = Aborting journal on device {device}
end = never
meaning = a file system stops writing, because its journal cannot be written
[fs_shutdown]
severity = critical
pattern = XFS ({device}): {}hutting down filesystem
pattern = XFS ({device}): Filesystem has been shut down
pattern = XFS ({device}): {}Please unmount the filesystem
end = never
meaning = a file system has shut itself down
[nfs_down]
severity = error
pattern = server {name} not responding, still trying
pattern = server {name} not responding, timed out
end = text server {name} OK
meaning = a server of files does not answer, and who asks it waits
[ata_error]
severity = error
pattern = ^{device}: exception Emask {}
pattern = ^{device}: hard resetting link
pattern = ^{device}: failed command: {text}
end = quiet 300s
meaning = a disk or its cable fails
[scsi_offline]
severity = critical
pattern = ^{text} {device}: Device offlined - 
pattern = ^{text} {device}: rejecting I/O to offline device
end = never
meaning = a disk was given up
[nvme_timeout]
severity = error
pattern = nvme {device}: I/O {}imeout, 
pattern = nvme {device}: I/O {} QID {count} timeout
end = quiet 120s
meaning = an NVMe device does not answer
[nvme_down]
severity = critical
pattern = nvme {device}: controller is down; will reset
pattern = nvme {device}: Removing after probe failure status: {error}
pattern = nvme {device}: Disabling device after reset failure: {error}
pattern = nvme {device}: Device not ready; aborting
end = never
meaning = an NVMe device is gone, or is given up
[multipath_failed]
severity = error
pattern = Failing path {device}
end = text Reinstating path {device}
meaning = one of several ways to a disk has failed
[raid_failed]
severity = critical
pattern = Disk failure on {device}, disabling device
end = never
meaning = a disk of an array has failed
# Machines and buses.
[machine_check]
severity = critical
pattern = [Hardware Error]: CPU {cpu}: Machine Check
pattern = [Hardware Error]: Machine check events logged
pattern = [Hardware Error]: {}event severity: fatal
end = never
meaning = the processor reports a fault of the hardware
[edac]
severity = error
pattern = EDAC {device}: {count} CE {text}
pattern = EDAC {device}: {count} UE {text}
end = quiet 3600s
meaning = memory has errors that it could correct (CE), or could not (UE)
[pcie_error]
severity = error
pattern = {device}: AER: {}rror{} received
pattern = {device}: PCIe Bus Error: severity={}
end = quiet 300s
meaning = a PCI Express link has errors
[pci_removed]
severity = info
pattern = pciehp{}Slot({name}): Card not present
pattern = pciehp{}Slot({name}): Link Down
pattern = pciehp {}: Card not present on Slot({name})
meaning = a device was taken out of its slot
[iommu_fault]
severity = error
pattern = DMAR: [DMA {}evice [{device}] {}ault addr
pattern = DMAR:[DMA {}evice [{device}] {}ault addr
pattern = IO_PAGE_FAULT device={device} 
end = quiet 300s
meaning = a device wrote to, or read from, memory that is not its own
[usb_disconnect]
severity = info
pattern = usb {device}: USB disconnect, device number {count}
meaning = a USB device was unplugged, or has died
[thermal]
severity = warning
pattern = CPU{cpu}: {}emperature above threshold
end = text CPU{cpu}: {}emperature/speed normal
meaning = a processor is too hot, and runs slower
# Modules, and the log itself.
[module_taint]
severity = info
pattern = ^{module}: loading out-of-tree module taints kernel
pattern = ^{module}: module verification failed: signature and/or required key missing
pattern = ^{module}: module license '{text}' taints kernel
meaning = a module was loaded that is not of the kernel's source
[log_lost]
severity = info
pattern = printk: {count} {}messages {}dropped
pattern = ** {count} printk messages dropped **
meaning = messages were left out of the log
[callbacks_suppressed]
severity = info
pattern = {function}: {count} callbacks suppressed
meaning = messages of one place were too many, and were left out
)RULES";

} // namespace ghostmem
