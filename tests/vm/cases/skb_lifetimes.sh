# A driver that loses sk_buffs is named, with the exact count, door and device, also when it has gone;
# traffic of all kinds leaves none behind; switched on and off, and unloaded, under load.
# tier: soak
# vm: --timeout 1500 --wire=virtio-net-pci,e1000
. /overlay/vm/lib.sh

times=$((40 * ${PACE:-100} / 100))
rounds=40
reloads=6
packets=8000
# KASAN and lockdep look closer, but at a tenth of the speed.
if debug_kernel; then times=5 rounds=5 reloads=2 packets=800; fi
# None at all would pass for all of none.
[ "$times" -gt 0 ] || times=1

skbs() { json "$1" leakctl status --json; }

# What a filter picks of the sites of sk_buffs.
sites() {
	filter=$1
	shift
	json "[.sites[] | $filter] | add // 0" leakctl sites --class skb --json "$@"
}

# Those alive, but for the question itself and its answer.
alive() { sites 'select(.symbol | startswith("netlink_") | not) | .live_skbs'; }
# What a process lets go of on one CPU, another may keep for its next softirq: each has one.
flush() {
	for cpu in 0 1; do
		taskset -c $cpu ping -c 1 127.0.0.1 >/dev/null
	done
}
none_alive() { flush && [ "$(alive)" = 0 ]; }

lab=/sys/module/gmlab_skbs/parameters
lost() { awk '{ sum += $2 } END { print sum }' $lab/lost; }

### On and off

modprobe ghostmem mode=off
is "sk_buffs are not watched by themselves" "$(skbs .skb)" null
is "nothing is hooked" "$(skbs '[.hooks[] | select(.name | startswith("skb_"))] | length')" 0
is "there is no listing" "$(status_of leakctl sites --class skb)" 3
is "it says how to have one" "$(grep -c "leakctl config skb=on" "$ERR")" 1
check "switches on" leakctl config skb=on
is "every door is seen" "$(skbs '[.hooks[] | select(.name | startswith("skb_")) | .state] | unique |
	join(",")')" attached
# At nearly every door a function that is called there tells: what is watched at its return misses some.
is "hardly a return is watched" "$(skbs '[.hooks[] | select(.kind == "kretprobe") |
	.target // "" | select(startswith("alloc_") or startswith("move_") | not)] | unique | . - ["slab_build_skb", "napi_alloc_skb"] |
	join(",")')" ""
is "the tracker's mode is still off" "$(skbs .module.mode)" off

### What is lost

modprobe gmlab_skbs
want=$(lost)
cat $lab/lost >/tmp/lost
is "what the driver lost is seen exactly" "$(sites .live_skbs --module gmlab_skbs)" "$want"
while read -r function count; do
	is "$function is named with its count" \
		"$(sites "select(.symbol == \"$function\") | .live_skbs" --module gmlab_skbs)" "$count"
done </tmp/lost
is "all are of its device" "$(sites '.devices[] | select(.name == "gmlab0" and .state == "present") |
	.live_skbs' --module gmlab_skbs)" "$want"
is "no other site has any of it" "$(sites 'select(.module != "gmlab_skbs") | .devices[] |
	select(.name == "gmlab0") | .live_skbs')" 0
check "their bytes are told" test "$(sites .live_bytes --module gmlab_skbs)" -gt $((want * 640))
rmmod gmlab_skbs
is "after rmmod they are still there" "$(sites .live_skbs --module gmlab_skbs)" "$want"
is "the module is unloaded" "$(json '[.sites[].module_state] | unique | join(",")' \
	leakctl sites --class skb --json --module gmlab_skbs)" unloaded
is "its device is gone, and has its name" "$(sites '.devices[] |
	select(.name == "gmlab0" and .state == "gone") | .live_skbs' --module gmlab_skbs)" "$want"
check "frames are still readable" sh -c "leakctl sites --class skb --module gmlab_skbs --stacks |
	grep -q 'gmlab_init+0x[0-9a-f]*/0x[0-9a-f]* \[gmlab_skbs, unloaded\]'"

# The same driver again, perhaps at the same address, is another matter; and what dies is dead.
modprobe gmlab_skbs count=20 name=gmlab1
again=$(lost)
is "what it loses anew is told apart" "$(sites '.devices[] | select(.name == "gmlab1") |
	.live_skbs' --module gmlab_skbs)" "$again"
is "all together" "$(sites .live_skbs --module gmlab_skbs)" $((want + again))
echo 1 >$lab/found
is "what is given back is gone" "$(sites .live_skbs --module gmlab_skbs)" "$want"
rmmod gmlab_skbs

### What was there before is not known

modprobe gmlab_skbs count=50 name=gmlab2
check "a reset forgets them" leakctl reset
is "none of them is known" "$(sites .live_skbs --module gmlab_skbs)" 0
unknown=$(skbs .skb.unknown)
held=$(lost)
echo 1 >$lab/found
is "those that die now were unknown, all of them" $(($(skbs .skb.unknown) - unknown)) "$held"
rmmod gmlab_skbs
leakctl reset

### Traffic

by_mac() {
	for device in /sys/class/net/*; do
		[ "$(cat "$device/address")" = "$1" ] && basename "$device"
	done
}

# wire DEVICE ADDRESS NAMESPACE
wire() {
	ip link set "$1" netns "$3"
	ip -n "$3" addr add "$2/24" dev "$1"
	ip -n "$3" link set "$1" up
}

inside() {
	namespace=$1
	shift
	ip netns exec "$namespace" "$@"
}

serve() {
	# Not by inside: the number is to be the server's own.
	ip netns exec "$1" /overlay/tools/gmtraffic serve 5000 &
	servers="$servers $!"
}

servers=
for namespace in near far middle; do
	ip netns add $namespace
	ip -n $namespace link set lo up
	# What is missing a fragment waits for it.
	inside $namespace sh -c 'echo 1 >/proc/sys/net/ipv4/ipfrag_time'
done

# Two network cards on one wire; a pair, whose other end hangs on a bridge; and a way that leads
# through a third host, which has to cut what is too large for the last part.
modprobe virtio_net
modprobe e1000
wire "$(by_mac 52:54:00:00:01:01)" 10.1.0.1 near
wire "$(by_mac 52:54:00:00:01:02)" 10.1.0.2 far
ip -n near link add v0 type veth peer name v1
ip -n near link add br0 type bridge
ip -n near link set v1 master br0
ip -n near link set v1 up
ip -n near addr add 10.2.0.1/24 dev br0
ip -n near link set br0 up
wire_far() { ip -n near link set v0 netns far && ip -n far addr add 10.2.0.2/24 dev v0 &&
	ip -n far link set v0 up; }
check "a bridge" wire_far
ip -n near link add w0 type veth peer name w1
ip -n near link set w1 netns middle
ip -n near addr add 10.3.0.1/24 dev w0
ip -n near link set w0 up
ip -n middle addr add 10.3.0.9/24 dev w1
ip -n middle link set w1 up
ip -n far link add x0 type veth peer name x1
ip -n far link set x1 netns middle
ip -n far addr add 10.4.0.2/24 dev x0
ip -n far link set x0 mtu 1000 up
ip -n middle addr add 10.4.0.9/24 dev x1
ip -n middle link set x1 mtu 1000 up
inside middle sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
inside near sh -c 'echo 1 >/proc/sys/net/ipv4/ip_no_pmtu_disc'
ip -n near route add 10.4.0.0/24 via 10.3.0.9
ip -n far route add 10.3.0.0/24 via 10.4.0.9
serve far
sleep 3

# A link that is down for a moment: what was sent has to be sent again.
interrupted() {
	inside near /overlay/tools/gmtraffic send 10.2.0.2 5000 20000 &
	sleep 0.2
	ip -n far link set v0 down
	sleep 0.5
	ip -n far link set v0 up
	wait $!
}

before=$(skbs .skb.born)
check "virtio-net to e1000" inside near /overlay/tools/gmtraffic send 10.1.0.2 5000 $packets
serve near
sleep 1
check "e1000 to virtio-net" inside far /overlay/tools/gmtraffic send 10.1.0.1 5000 $packets
check "a pair and a bridge" inside near /overlay/tools/gmtraffic send 10.2.0.2 5000 $packets
check "forwarded and cut" inside near /overlay/tools/gmtraffic send 10.4.0.2 5000 $((packets / 4))
check "sent again" interrupted
check "sockets of every kind" /overlay/tools/gmtraffic local $rounds
check "large pings" inside near ping -c 5 -i 0.2 -s 20000 10.1.0.2
born=$(($(skbs .skb.born) - before))
check "that were $born sk_buffs" test $born -gt $((rounds * 100))
# shellcheck disable=SC2086 # several
kill $servers
servers=
# TCP lets go of a connection that nobody ends in its time.
wait_for 90 none_alive
is "when all is closed, none is alive" "$(alive)" 0
is "none was born again while it lived" "$(skbs .skb.lost.skb_reborn)" 0
is "no event was lost" "$(skbs '[.skb.lost[]] | add')" 0
is "no hook missed any" "$(skbs '[.hooks[].missed] | add')" 0
# The reset's own answer, and its question.
check "all that died were known ($(skbs .skb.unknown))" test "$(skbs .skb.unknown)" -le 2
[ "$(alive)" = 0 ] || leakctl sites --class skb --stacks

### A table that is full

rmmod ghostmem
modprobe ghostmem mode=off skb=1 max_skbs=512
is "the parameter switches it on" "$(skbs .skb.room)" 512
modprobe gmlab_skbs count=200 name=gmlab3
seen=$(sites .live_skbs --module gmlab_skbs)
# Some were born and let go of on the way.
check "what finds no room is counted" test "$(skbs .skb.lost.skb_room)" -ge $(($(lost) - seen))
check "and what found some is seen ($seen)" test "$seen" -gt 450 -a "$seen" -le 512
echo 1 >$lab/found
is "all of that is gone then" "$(sites .live_skbs --module gmlab_skbs)" 0
rmmod gmlab_skbs
rmmod ghostmem

### Under load

modprobe ghostmem mode=exact
busy() {
	while :; do /overlay/tools/gmtraffic local 5; done
}
busy 2>/dev/null &
load=$!
serve far
sleep 1
sending() {
	while :; do inside near /overlay/tools/gmtraffic send 10.1.0.2 5000 2000; done
}
sending 2>/dev/null &
load="$load $!"

i=0
while [ $i -lt $times ]; do
	leakctl config skb=on >/dev/null || break
	leakctl config skb=off >/dev/null || break
	i=$((i + 1))
done
is "switched on and off $times times under load" "$i" "$times"
leakctl config skb=on >/dev/null
modprobe gmlab_skbs count=70 name=gmlab4
want=$(lost)
is "still exact under load" "$(sites .live_skbs --module gmlab_skbs)" "$want"
is "no event was lost under load" "$(skbs '[.skb.lost[]] | add')" 0
is "no hook missed any under load" "$(skbs '[.hooks[] | select(.name | startswith("skb_")) | .missed] |
	add')" 0
i=0
while [ $i -lt $reloads ]; do
	rmmod ghostmem || break
	modprobe ghostmem mode=exact skb=1 || break
	i=$((i + 1))
done
is "unloaded and loaded $reloads times under load" "$i" $reloads
# shellcheck disable=SC2086 # several
kill $load $servers 2>/dev/null
# One whose shell was just about to start it comes later.
load_gone() { ! killall gmtraffic 2>/dev/null && ! pidof gmtraffic; }
check "the load can be ended" wait_for 30 load_gone
echo 1 >$lab/found
wait_for 90 none_alive
is "and when the load has gone, none is alive" "$(alive)" 0
[ "$(alive)" = 0 ] || leakctl sites --class skb --stacks
is "none was born again while it lived, under load" "$(skbs .skb.lost.skb_reborn)" 0
check "unloads" rmmod ghostmem
finish
