# While the module arms, only the task of its self-test is recorded; then sampling begins with the
# interval asked for.
# tier: soak on 6.1-debug
. /overlay/vm/lib.sh

# Other tasks allocate all the time: pages that they free again, and slab memory that stays.
modprobe gmlab_load threads=2
strangers() {
	while :; do
		echo 2 >/proc/sys/vm/drop_caches
		find /proc /sys /usr -xdev
	done >/dev/null 2>&1
}
strangers &
busy=$!

# A sample stands for 4 GiB: a smaller figure was recorded before that interval applied.
early() {
	json '[.sites[] | select(.live_bytes < 1073741824) |
		select(any(.raw_stack[]; contains("[ghostmem")) | not) | .symbol] | unique | join(" ")' \
		leakctl sites --class all --json
}
tries=$(paced 20 1)
for try in $(seq "$tries"); do
	modprobe ghostmem interval_kib=4194304 || not_ok "it arms" "at try $try"
	early | grep . >>/tmp/early
	leakctl reset >/dev/null
	early | grep . >>/tmp/early.reset
	rmmod ghostmem
done
is "no stranger was recorded while it was armed" "$(cat /tmp/early)" ""
is "nor while it was reset" "$(cat /tmp/early.reset)" ""
# Otherwise the two lists would be empty whatever the module did.
modprobe ghostmem mode=exact
recorded() {
	[ "$(json '[.sites[] | select(any(.raw_stack[]; contains("[ghostmem")) | not)] | length' \
		leakctl sites --class all --json)" -gt 0 ]
}
check "once it is armed they are recorded" wait_for 10 recorded
rmmod ghostmem
kill $busy
wait $busy 2>/dev/null
rmmod gmlab_load
finish
