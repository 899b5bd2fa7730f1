# The situations behind docs/transcripts, which README.md and leakctl(8) show. Each story has a function that
# brings it about and one that ends it, and a function for each part that tells it. For scripts that
# have sourced lib.sh and sockets.sh, on a machine with the device nic0.
# shellcheck shell=sh
# Scripts that source this file use the stories and their parts, and have set $tools.
# shellcheck disable=SC2034,SC2154

# The documents are read where there is more than ASCII.
export LC_ALL=C.UTF-8

stories="without taking flooded sampled unplugged"

# run COMMAND: prints it as a shell session does, and what it prints
run() {
	printf '$ %s\n' "$*"
	sh -c "$*" 2>&1
}

used_kb() { free -k | awk '/^Mem:/ { print $3 }'; }

parts_without="without"
begin_without() { :; }
tell_without() { run 'leakctl sites; echo $?'; }
end_without() { :; }

# A driver that allocates and frees nothing, while leakctl traces it.
parts_taking="trace"
begin_taking() { modprobe ghostmem mode=exact; }
tell_trace() {
	run leakctl trace --for 5s --settle 2s --module gmlab_pci --top 4 &
	telling=$!
	sleep 2
	modprobe gmlab_pci scale=1
	wait $telling
}
end_taking() {
	rmmod gmlab_pci
	rmmod ghostmem
}

parts_flooded="sockets"
begin_flooded() {
	modprobe ghostmem
	ip link set lo up
	make raw6-sink
	$tools/gmsock raw6-flood ::1 4000 60000 >/dev/null
	settle
}
tell_sockets() { run leakctl sockets --top 1; }
end_flooded() {
	close_it
	unmake
	rmmod ghostmem
}

parts_sampled="sampled"
begin_sampled() {
	modprobe ghostmem
	modprobe gmlab_pci forget=all scale=20
	wait_for 30 bound
	rmmod gmlab_pci
	settle
}
tell_sampled() { run leakctl status; }
end_sampled() { rmmod ghostmem; }

# The last one: it removes the device. As in tests/demo/story.sh.
parts_unplugged="unplugged status stacks"
begin_unplugged() {
	modprobe ghostmem mode=exact
	settle
	used=$(used_kb)
	modprobe gmlab_pci forget=all scale=20
	wait_for 30 bound
	unplug nic0
	driver_says=$(forgotten)
	rmmod gmlab_pci
	settle
	after=$(used_kb)
}
tell_unplugged() {
	echo "# The device is gone, the driver is gone. The memory is not back:"
	run free -m
	run "ps -o rss= | awk '{ sum += \$1 } END { print sum \" KiB in all processes\" }'"
	echo "used before: $used KiB, now: $after KiB. /proc/meminfo cannot say who has the difference."
	echo
	echo "# leakctl can:"
	run leakctl status
	run leakctl sites --module gmlab_pci
	echo
	echo "# The driver counted for itself what it forgot: $driver_says bytes. leakctl found: $(seen gmlab_pci) bytes."
}
tell_status() { run leakctl status; }
tell_stacks() { run leakctl sites --module gmlab_pci --top 1 --stacks; }
end_unplugged() { rmmod ghostmem; }
