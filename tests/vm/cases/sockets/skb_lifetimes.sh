# Traffic of all kinds leaves no sk_buff behind; switching on and off and unloading under load keep the count
# of lost sk_buffs exact.
# tier: soak on 6.1-debug
# vm: --wire=virtio-net-pci,e1000
# soak-limit: 1500
. /overlay/vm/lib.sh
. /overlay/vm/skbs.sh

times=$(paced 40 2)
rounds=$(paced 40 5)
reloads=$(paced 6 2)
packets=$(paced 8000 800)
# A kernel with KASAN and lockdep is ten times as slow.
if debug_kernel; then times=5 rounds=5 reloads=2 packets=800; fi

modprobe ghostmem mode=off skb=1

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
	# Not by the function inside, because the pid has to be the server's own.
	ip netns exec "$1" /overlay/tools/gmtraffic serve 5000 &
	servers="$servers $!"
	listens() { ip netns exec "$1" ss -Htln | grep -q :5000; }
	wait_for 20 listens "$1" || not_ok "a server in $1" "it does not listen"
}

servers=
for namespace in near far middle; do
	ip netns add $namespace
	ip -n $namespace link set lo up
	# A datagram of which a fragment is missing waits for it.
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
for address in 10.1.0.2 10.2.0.2 10.4.0.2; do
	check "the way to $address" wait_for 20 inside near ping -c 1 -W 1 $address
done

# A link that is down for a moment, so that data has to be retransmitted.
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
# TCP frees a connection that nobody closes after its timeouts.
wait_for 90 none_alive
is "when all is closed, none is alive" "$(alive)" 0
is "none was born again while it lived" "$(skbs .skb.lost.skb_reborn)" 0
is "no event was lost" "$(skbs '[.skb.lost[]] | add')" 0
is "no hook missed any" "$(skbs '[.hooks[].missed] | add')" 0
# The request for the reset, and its answer.
check "all that died were known ($(skbs .skb.unknown))" test "$(skbs .skb.unknown)" -le 2
[ "$(alive)" = 0 ] || leakctl sites --class skb --stacks

### Under load

rmmod ghostmem
modprobe ghostmem mode=exact
busy() {
	while :; do /overlay/tools/gmtraffic local 5; done
}
busy 2>/dev/null &
load=$!
serve far
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
# A process whose shell was just about to start it appears later.
load_gone() { ! killall gmtraffic 2>/dev/null && ! pidof gmtraffic; }
check "the load can be ended" wait_for 30 load_gone
echo 1 >$lab/found
wait_for 90 none_alive
is "and when the load has gone, none is alive" "$(alive)" 0
[ "$(alive)" = 0 ] || leakctl sites --class skb --stacks
is "none was born again while it lived, under load" "$(skbs .skb.lost.skb_reborn)" 0
check "unloads" rmmod ghostmem
finish
