# The situations of docs/status.md.
# vm: --mem 2G --device edu,id=nic0 --device virtio-balloon-pci,id=balloon
# shellcheck shell=sh disable=SC2034,SC2154

situations="well unread purpose before without unplugged"

title_well="All is well"
begin_well() {
	modprobe ghostmem
	settle
}
end_well() { rmmod ghostmem; }

title_unplugged="A driver has gone, and its memory has not come back"
begin_unplugged() {
	modprobe ghostmem mode=exact
	modprobe gmlab_pci forget=all scale=20
	wait_for 30 bound
	unplug nic0
	rmmod gmlab_pci
	settle
}
end_unplugged() { rmmod ghostmem; }

title_unread="A process does not read its socket"
begin_unread() {
	modprobe ghostmem
	ip link set lo up
	make raw6-sink
	$tools/gmsock raw6-flood ::1 4000 60000 >/dev/null
	settle
}
end_unread() {
	close_it
	unmake
	rmmod ghostmem
}

title_before="Something took memory before the module was loaded"
commands_before="cat limits.conf
leakctl status --thresholds limits.conf"
begin_before() {
	echo "ghost_bytes = 200M" >limits.conf
	modprobe gmlab_sized
	modprobe ghostmem
	settle
}
end_before() {
	rmmod ghostmem
	rmmod gmlab_sized
}

title_purpose="Much is held, by those who were told to"
begin_purpose() {
	modprobe ghostmem
	echo 64 >/proc/sys/vm/nr_hugepages
	modprobe zram
	echo 512M >/sys/block/zram0/disksize
	dd if=/dev/urandom of=/dev/zram0 bs=1M count=200 2>/dev/null
	modprobe virtio_balloon
	qmp balloon '{"value":1879048192}' >/dev/null
	inflated() { [ "$(awk '/^balloon_inflate/ { print $2 }' /proc/vmstat)" -ge 65536 ]; }
	wait_for 60 inflated
	settle
}
end_purpose() {
	qmp balloon '{"value":2147483648}' >/dev/null
	deflated() { [ "$(awk '/^balloon_deflate/ { print $2 }' /proc/vmstat)" -ge 65536 ]; }
	wait_for 60 deflated
	rmmod virtio_balloon
	echo 1 >/sys/block/zram0/reset
	echo 0 >/proc/sys/vm/nr_hugepages
	rmmod ghostmem
}

title_without="The module is not loaded"
begin_without() { settle; }
end_without() { :; }
