# Events come in their order and once, while devices come and go and others dump; without recording,
# and in mode sampled.
# tier: soak on 6.1-debug
# vm: --device edu,id=edu0
. /overlay/vm/lib.sh
. /overlay/vm/devices.sh

modprobe ghostmem mode=exact
edu=$(edus)
kinds() {
	json "[.events[] | select((.device // .module) == \"$1\") | .event] | join(\",\")" \
		leakctl events --json
}

modprobe gmlab_pci forget=none
check "driver binds" wait_for 20 bound
unplug edu0
check "a receipt comes" wait_for 5 has_receipts "$edu" 1
is "events are in their order" "$(kinds "$edu")" bound,unbound,removed,receipt

# Dumps go on all the time while the device is plugged and unplugged.
touch /tmp/going
dumps() {
	while [ -e /tmp/going ]; do
		leakctl devices --all --json >/dev/null || echo devices
		leakctl events --json >/dev/null || echo events
		leakctl modules --json >/dev/null || echo modules
	done
}
dumps >/tmp/failed-dumps 2>&1 &
dumper=$!
rounds=$(paced 8 3)
for i in $(seq "$rounds"); do
	plug edu "d$i"
	wait_for 20 bound || not_ok "binds in round $i" "timed out"
	unplug "d$i"
done
check "each round has a receipt" wait_for 10 has_receipts "$edu" $((rounds + 1))
rm /tmp/going
wait $dumper
is "no dump failed meanwhile" "$(cat /tmp/failed-dumps)" ""
is "events are numbered without a gap" "$(json '[.events[].seq] | . == [range(1; length + 1)]' \
	leakctl events --json)" true

# A removal by sysfs while the driver is bound, as at a surprise: the device goes without a word.
plug edu last
check "driver binds" wait_for 20 bound
echo 1 >"/sys/bus/pci/devices/$edu/remove"
check "a removal has a receipt as well" wait_for 5 has_receipts "$edu" $((rounds + 2))
is "of nothing" "$(receipt_of "$edu" .left_bytes)" 0
echo 1 >/sys/bus/pci/rescan
check "it is found again" wait_for 20 bound

# Without recording nothing is known, and said to be.
leakctl config mode=off
unplug last
off=$(status_of leakctl devices)
is "devices needs recording" "$off" 3
check "events does not" leakctl events
check "a receipt comes" wait_for 5 has_receipts "$edu" $((rounds + 3))
is "which does not know what was left" "$(receipt_of "$edu" .left_bytes)" null
is "the removal is there" "$(json '.events | map(select(.event == "removed")) | last | .device' \
	leakctl events --json)" "$edu"

# Estimates are within their margin.
leakctl config mode=sampled interval=8K
echo all >/sys/module/gmlab_pci/parameters/forget
before=$(forgotten)
count=$(receipts "$edu")
plug edu sampled
check "driver binds" wait_for 20 bound
unplug sampled
check "a receipt comes" wait_for 5 has_receipts "$edu" $((count + 1))
lost=$(($(forgotten) - before))
# The margin is that of 95 %, about two standard deviations; six are exceeded once in 500 million runs.
is "the estimate is near the truth" "$(receipt_of "$edu" \
	"(.left_bytes - $lost | fabs) <= 3 * .left_margin_bytes")" true
is "it has a margin" "$(receipt_of "$edu" '.left_margin_bytes > 0')" true
finish
