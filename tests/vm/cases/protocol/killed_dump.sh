# A dump whose reader is killed, stopped or overtaken by a reset harms neither the module nor its unloading.
# tier: soak on 6.1-debug
. /overlay/vm/lib.sh

# A process that reads a dump holds a reference on the module.
users() { cat /sys/module/ghostmem/refcnt; }
held() { [ "$(users)" -gt 0 ]; }
free() { [ "$(users)" = 0 ]; }

# The hidden option writes each datagram before the next is read: a pipe that nobody empties stops
# leakctl between two datagrams.
pipe=/tmp/pipe
mkfifo $pipe
stalled_leakctl() {
	exec 3<>$pipe
	leakctl --capture-netlink $pipe export --format json >/tmp/export 2>/tmp/export.err 3>&- &
	leakctl=$!
	wait_for 10 held && usleep 100000 && held
}
# Empties the pipe until leakctl has ended; leakctl's exit status is in $status then.
let_go() {
	# Between two datagrams nobody else holds the pipe open.
	cat <&3 >/dev/null 3>&- &
	cat=$!
	wait "$leakctl" 2>/dev/null
	status=$?
	kill $cat
	wait $cat 2>/dev/null
	exec 3>&-
}

# Pages of the lab module in what leakctl has printed.
told() { jq '[.sites[] | select(.module == "gmlab_sites") | .live_pages] | add // 0' /tmp/export; }

modprobe ghostmem mode=exact
# A dump that is several times as large as a pipe.
modprobe gmlab_sites sites=256

times=$(paced 12 3)
stalls=0
for _ in $(seq "$times"); do
	stalled_leakctl && stalls=$((stalls + 1))
	kill -9 "$leakctl" 2>/dev/null
	let_go
done
is "leakctl killed in mid-dump, $times times" $stalls "$times"
check "no dump is left of them" wait_for 5 free
check "leakctl sites works afterwards" leakctl sites

times=$(paced 10 3)
for _ in $(seq "$times"); do
	/overlay/tools/gmnl slow-dump --pause-ms 60000 >/tmp/gmnl &
	slow=$!
	wait_for 10 grep -q '^ok' /tmp/gmnl
	wait_for 10 held || not_ok "a slow dump begins" "$(cat /tmp/gmnl)"
	kill -9 $slow
	wait $slow 2>/dev/null
done
check "no dump is left of $times slow readers killed" wait_for 5 free

times=$(paced 40 12)
for _ in $(seq "$times"); do
	leakctl export --format json >/dev/null 2>&1 &
	usleep "$(shuf -i 0-150000 -n 1)"
	kill -9 $! 2>/dev/null
	wait $! 2>/dev/null
done
check "no dump is left of $times killed at any time" wait_for 5 free

check "leakctl stopped in mid-dump" stalled_leakctl
kill -STOP "$leakctl"
check "others are served meanwhile" leakctl export --format json
check "the module is in use, rmmod says so" sh -c '! rmmod ghostmem 2>/tmp/rmmod && grep -q "in use" /tmp/rmmod'
# The pipe begins with a reply of the kernel, which has the port and the sequence number of the request.
check "another process says that the dump has ended" /overlay/tools/gmnl forged-end <&3
sleep 2
kill -CONT "$leakctl"
let_go
is "continued, it finishes" $status 0
is "and what it wrote is whole: only the kernel ends a dump" "$(told)" 256

check "leakctl stopped in mid-dump once more" stalled_leakctl
kill -STOP "$leakctl"
check "a reset in between goes through" leakctl reset
# More pages than before, so that none of the old ones can make up for a missing one.
rmmod gmlab_sites
modprobe gmlab_sites sites=200 order=1
kill -CONT "$leakctl"
let_go
is "outrun by the reset, it asks again and finishes" $status 0
is "and what it wrote is all of what came after, and nothing else" "$(told)" 400

check "no dump is left" wait_for 5 free
check "the module goes within seconds" timeout 10 rmmod ghostmem
is "it is gone" "$(grep -c '^ghostmem ' /proc/modules)" 0
is "the kernel log is clean" "$(dmesg | grep -cE 'WARNING|BUG|Oops|Call Trace|refcount')" 0
finish
