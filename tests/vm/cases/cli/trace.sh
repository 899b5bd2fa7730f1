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
	read_bytes=$(stat -c %s "$1" 2>/dev/null || echo 0)
	sleep 0.5
	[ "$read_bytes" -gt 0 ] && [ "$read_bytes" = "$(stat -c %s "$1")" ]
}
leakctl --capture-netlink /tmp/replies trace --for 1h --settle 2s --module gmlab_pci --json >/tmp/trace.json &
pid=$!
check "a window opens" wait_for 20 opened /tmp/replies
plug edu edu1
wait_for 20 bound
unplug edu0
kill -INT $pid
wait $pid
is "Ctrl-C reports what it has" $? 0
is "what came in the window is there to the byte" \
	"$(jq '[.sites[].window_bytes] | add' /tmp/trace.json)" "$old"
check "and as much was there before, unshown" test "$(seen gmlab_pci)" = $((2 * old))

# The same stacks allocate once more: what they already hold is older than the window.
sleep 12
leakctl --capture-netlink /tmp/replies2 trace --for 1h --settle 0s --module gmlab_pci --json >/tmp/second.json &
pid=$!
check "a second window opens" wait_for 20 opened /tmp/replies2
both_bound() { [ "$(cat /sys/module/gmlab_pci/parameters/devices)" = 2 ]; }
plug edu edu2
check "and has a device of its own" wait_for 20 both_bound
kill -INT $pid
wait $pid
check "a site of it has held memory for longer" \
	jq -e 'any(.sites[]; .live_bytes > .window_bytes)' /tmp/second.json
check "the oldest page is that of the window" \
	jq -e '.trace.duration_s as $span | (.sites | length > 0) and all(.sites[]; .oldest_s <= $span + 2)' /tmp/second.json
check "and so are the ages" \
	jq -e 'all(.sites[]; ([.ages[].pages] | add) == .window_pages)' /tmp/second.json

leakctl trace --for 2s --settle 1s --json >/tmp/ended.json
is "a window that ends by itself ends well" $? 0
check "and its report is valid JSON" jq -e .sites /tmp/ended.json
finish
