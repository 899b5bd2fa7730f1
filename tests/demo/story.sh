# The demo, which runs in the guest. Prints its steps like a shell session.
# Exits with 1 unless leakctl's number of bytes equals the driver's own count.
# shellcheck shell=sh
set -u

say() { printf '\n# %s\n' "$*"; }

run() {
	printf '$ %s\n' "$*"
	sh -c "$*"
}

used_kb() { free -k | awk '/^Mem:/ { print $3 }'; }
settle() { sync; echo 3 >/proc/sys/vm/drop_caches; sleep 1; }
driver() { cat /sys/module/gmlab_pci/parameters/"$1"; }

say "A stock kernel. Our module is loaded, to record every allocation (else it samples),"
echo "# then a PCI driver that has a bug in its remove path."
run uname -r
run modprobe ghostmem mode=exact
settle
before=$(used_kb)
run modprobe gmlab_pci forget=all scale=20
run free -m

say "The device is unplugged (for real: QEMU's device_del, ACPI hot-plug), the driver unloaded."
printf '$ %s\n' "qmp device_del nic0    # on the host"
qmp --wait-event DEVICE_DELETED --timeout 60 device_del '{"id":"nic0"}' >/dev/null || exit 1
driver_says=$(driver forgotten_bytes)
run rmmod gmlab_pci
settle
after=$(used_kb)

say "The device is gone, the driver is gone. The memory is not back:"
run free -m
run "ps -o rss= | awk '{ sum += \$1 } END { print sum \" KiB in all processes\" }'"
echo "used before: $before KiB, now: $after KiB. /proc/meminfo cannot say who has the difference."

say "leakctl can:"
run leakctl status
run leakctl sites --module gmlab_pci
run leakctl sites --module gmlab_pci --top 1 --stacks

found=$(leakctl --json sites --module gmlab_pci | jq '[.sites[].live_bytes] | add')
say "The driver counted for itself what it forgot: $driver_says bytes. leakctl found: $found bytes."
if [ "$found" != "$driver_says" ]; then
	echo "demo: these two should be equal" >&2
	exit 1
fi
echo "Equal, to the byte; function and module are named although the module is unloaded."
