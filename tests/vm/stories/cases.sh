# The cases of docs/cases.md.
# vm: --mem 2G --device edu,id=nic0
# shellcheck shell=sh disable=SC2034,SC2154

situations="tracing socket slab late unplugged ring"

only_verdict="leakctl status | sed -n '/^Verdict/,\$p'"

title_ring="A receive ring that loses a page now and then"
commands_ring="leakctl sites --sort growth --top 3
$only_verdict"
begin_ring() {
	modprobe ghostmem mode=exact
	modprobe gmlab_ring
	accused() { leakctl status | grep -q 'gmlab_ring_page.* holds'; }
	wait_for 120 accused
}
end_ring() {
	rmmod gmlab_ring
	rmmod ghostmem
}

title_slab="Small objects that a driver never frees"
commands_slab="leakctl status | sed -n '/BYTES/,\$p'
leakctl sites --class slab --sort growth --top 1 --stacks"
begin_slab() {
	modprobe ghostmem mode=exact
	modprobe gmlab_slab
	accused() { leakctl status | grep -q 'gmlab_slab_take.* holds'; }
	wait_for 120 accused
}
end_slab() {
	rmmod gmlab_slab
	rmmod ghostmem
}

title_unplugged="A card was pulled, and its driver forgot its buffers"
commands_unplugged="leakctl sites --module gmlab_pci
leakctl sites --module gmlab_pci --by module
$only_verdict"
begin_unplugged() {
	modprobe ghostmem mode=exact
	modprobe gmlab_pci forget=all scale=20
	wait_for 30 bound
	unplug nic0
	rmmod gmlab_pci
	settle
}
end_unplugged() { rmmod ghostmem; }

title_socket="A daemon that does not read its raw socket"
commands_socket="leakctl sockets --top 1
$only_verdict"
begin_socket() {
	modprobe ghostmem
	ip link set lo up
	make raw6-sink
	$tools/gmsock raw6-flood ::1 4000 60000 >/dev/null
	settle
}
end_socket() {
	close_it
	unmake
	rmmod ghostmem
}

title_tracing="Somebody enlarged the trace buffer"
commands_tracing="leakctl status | sed -n '/^ *ghosts /,/does not add up/p'
leakctl status --json | jq -c '.holders[] | select(.name == \"ftrace\")'
$only_verdict"
begin_tracing() {
	modprobe ghostmem
	[ -e /sys/kernel/tracing/buffer_size_kb ] || mount -t tracefs tracefs /sys/kernel/tracing
	was=$(grep -o '[0-9]*' /sys/kernel/tracing/buffer_size_kb | head -n 1)
	echo 65536 >/sys/kernel/tracing/buffer_size_kb
	settle
}
end_tracing() {
	echo "$was" >/sys/kernel/tracing/buffer_size_kb
	rmmod ghostmem
}

title_late="The memory was gone before anybody looked"
commands_late="leakctl status | sed -n '/^ *ghosts /,/does not add up/p'
$only_verdict"
begin_late() {
	modprobe gmlab_sized
	modprobe ghostmem
	settle
}
end_late() {
	rmmod ghostmem
	rmmod gmlab_sized
}
