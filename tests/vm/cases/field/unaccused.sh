# Hosts on which nothing is wrong: what was configured so, caches, writers, waiting threads and containers that
# come and go. Nobody is accused, in exact and in sampled mode.
# not 6.1-debug 6.12-rt-lockdep: of the module it takes what other cases take
# vm: --mem 2G --device virtio-balloon-pci,id=balloon,deflate-on-oom=on
# soak-limit: 4500
# waits: yes
. /overlay/vm/field.sh
. /overlay/vm/procs.sh

watch_s=$(paced 900 1)
# The findings about processes are kept in another file than those about memory.
accusations() {
	leakctl status --json | jq -r '.verdict.findings[] | "\(.rule): \(.sentence)"'
	leakctl procs --json --interval "$interval" | jq -r '.procs[] | select(.confidence != "possible") | .sentence'
}
# innocent NAME: now, and in a soak for as long as it watches
innocent() {
	found=
	until=$(($(cut -d . -f 1 /proc/uptime) + ${2:-0}))
	while :; do
		found="$found$(accusations)"
		[ "$(cut -d . -f 1 /proc/uptime)" -lt $until ] || break
		sleep 5
	done
	is "$mode: $1: nobody is accused" "$found" ""
}

inflated() { [ "$(awk '/^balloon_inflate/ { i = $2 } /^balloon_deflate/ { print i - $2 }' /proc/vmstat)" -ge "$1" ]; }
deflated() { ! inflated 1; }

mount -t tracefs none /sys/kernel/tracing 2>/dev/null
knob=/sys/kernel/tracing/buffer_size_kb
[ ! -e $knob ] || was=$(grep -o '[0-9]*' $knob | head -n 1)

for mode in exact sampled; do
	modprobe ghostmem mode=$mode
	innocent idle
	echo 128 >/proc/sys/vm/nr_hugepages
	innocent "huge pages"
	make ring 3 4096 65536
	innocent "a capture ring"
	[ ! -e $knob ] || echo 65536 >$knob
	innocent "trace buffers"
	modprobe gmlab_waiters
	innocent "threads that wait and wake"
	# All at once, while files are written and containers come and go.
	sh -c 'while :; do dd if=/dev/zero of=/root/written bs=1M count=64 conv=notrunc; done' 2>/dev/null &
	writer=$!
	sh -c 'while :; do
		mkdir /sys/fs/cgroup/box.$$ 2>/dev/null
		unshare -mpf true
		rmdir /sys/fs/cgroup/box.$$ 2>/dev/null
	done' &
	containers=$!
	innocent "all at once" "$watch_s"
	kill $writer $containers
	wait $writer $containers 2>/dev/null
	check "$mode: the threads have woken" [ "$(cat /sys/module/gmlab_waiters/parameters/wakes)" -gt 9 ]
	rmmod gmlab_waiters
	[ ! -e $knob ] || echo "$was" >$knob
	unmake
	echo 0 >/proc/sys/vm/nr_hugepages
	rm -f /root/written
	if try zram; then
		echo 512M >/sys/block/zram0/disksize
		dd if=/dev/urandom of=/dev/zram0 bs=1M count=200 2>/dev/null
		sync
		innocent zram
		echo 1 >/sys/block/zram0/reset
	fi
	if try virtio_balloon; then
		qmp balloon '{"value":'$((1664 * mib))'}' >/dev/null
		check "$mode: the balloon is inflated" wait_for 60 inflated $((384 * 256))
		innocent "a balloon"
		qmp balloon '{"value":'$((2048 * mib))'}' >/dev/null
		check "$mode: and deflated" wait_for 60 deflated
		rmmod virtio_balloon
	fi
	leave "$mode"
done
finish
