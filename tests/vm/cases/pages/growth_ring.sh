# A leak that shares its stack with a ring of the driver is told by its growth, at its rate, within a minute
# and a half; what was filled once is no growth.
# tier: soak
# not 6.1-debug 6.12-rt-lockdep: its rates are of a machine that is not so slow
# waits: yes
. /overlay/vm/lib.sh

lost() { cat /sys/module/gmlab_ring/parameters/lost; }
ring() { json "[.sites[] | select(.symbol == \"gmlab_ring_page\")][0] | $1" leakctl sites --sort growth --json; }
known() { [ "$(ring '.growth | length')" -gt 0 ]; }
verdict() { json '.verdict | .level, .reasons[]' leakctl status --json; }

# A ring that loses nothing.
modprobe ghostmem mode=exact
modprobe gmlab_ring lose=0
check "a ring alone: growth is known in time" wait_for 40 known
is "a ring alone: it does not grow" "$(ring '.growth[0].bytes_per_s')" 0
sleep 60
is "a ring alone: nobody is accused" "$(verdict | head -n 1)" ok
rmmod gmlab_ring

# The same ring, and a leak.
modprobe gmlab_ring
began=$(cut -d ' ' -f 1 /proc/uptime)
check "a leak: growth is known in time" wait_for 40 known
true_rate=$(awk -v pages="$(lost)" -v from="$began" '{ printf "%.0f", pages * 4096 / ($1 - from - 1) }' /proc/uptime)
rate=$(ring '.growth[0].bytes_per_s')
check "a leak: at its rate ($rate of $true_rate bytes a second)" jq -en "$rate / $true_rate | . > 0.8 and . < 1.2"
is "a leak: it is the first of those that grow" \
	"$(json '.sites[0].symbol' leakctl sites --sort growth --json)" gmlab_ring_page
accused() { verdict | grep -q 'gmlab_ring_page \[gmlab_ring\] holds .* and grows by'; }
check "a leak: the verdict names it" wait_for 90 accused
check "a leak: and warns" [ "$(verdict | head -n 1)" != ok ]
check "a leak: it says how long memory lasts" sh -c "leakctl status | tr -s ' \n' ' ' | grep -q 'available memory .* lasts for'"
rmmod gmlab_ring
check "the module unloads" rmmod ghostmem
finish
