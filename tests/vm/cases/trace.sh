# trace shows what was allocated in its window and is still held, and nothing else.
# not 6.1-debug 6.12-rt-lockdep: as modes; its windows are too short for so slow a machine
# vm: --device edu,id=edu0
. /overlay/vm/lib.sh

modprobe ghostmem mode=exact
modprobe gmlab_pci forget=all
old=$(cat /sys/module/gmlab_pci/parameters/held_bytes)
(sleep 4; plug edu edu1; sleep 1; unplug edu0) &
leakctl trace --for 8s --settle 2s --module gmlab_pci --json >/tmp/trace.json
is "trace ends well" $? 0
wait
is "what came in the window is there to the byte" \
	"$(jq '[.sites[].window_bytes] | add' /tmp/trace.json)" "$old"
check "and as much was there before, unshown" test "$(seen gmlab_pci)" = $((2 * old))

leakctl trace --for 1h --settle 1s --json >/tmp/cut.json &
pid=$!
sleep 3
kill -INT $pid
wait $pid
is "Ctrl-C reports what it has" $? 0
check "and that is valid JSON" jq -e .sites /tmp/cut.json
finish
