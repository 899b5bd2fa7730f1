# trace shows what was allocated in its window and is still held, and nothing else.
# not 6.1-debug 6.12-rt-lockdep: as modes
# waits: yes
# vm: --device edu,id=edu0
. /overlay/vm/lib.sh

modprobe ghostmem mode=exact
modprobe gmlab_pci forget=all
old=$(cat /sys/module/gmlab_pci/parameters/held_bytes)

# The window is open once leakctl has read what there was before, and sleeps.
opened() {
	read_bytes=$(stat -c %s /tmp/replies 2>/dev/null || echo 0)
	sleep 0.5
	[ "$read_bytes" -gt 0 ] && [ "$read_bytes" = "$(stat -c %s /tmp/replies)" ]
}
leakctl --capture-netlink /tmp/replies trace --for 1h --settle 2s --module gmlab_pci --json >/tmp/trace.json &
pid=$!
check "a window opens" wait_for 20 opened
plug edu edu1
wait_for 20 bound
unplug edu0
kill -INT $pid
wait $pid
is "Ctrl-C reports what it has" $? 0
is "what came in the window is there to the byte" \
	"$(jq '[.sites[].window_bytes] | add' /tmp/trace.json)" "$old"
check "and as much was there before, unshown" test "$(seen gmlab_pci)" = $((2 * old))

leakctl trace --for 2s --settle 1s --json >/tmp/ended.json
is "a window that ends by itself ends well" $? 0
check "and its report is valid JSON" jq -e .sites /tmp/ended.json
finish
