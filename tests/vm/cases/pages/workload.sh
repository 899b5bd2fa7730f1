# Under forks, traffic and zram no event is lost, and our count of zram's pages is the same as zram's own.
# not 6.1-debug: its kernel has no zram, and the rest is in the other cases
. /overlay/vm/lib.sh

lost() { json '[.lost[]] | add' leakctl status --json; }
zram_bytes() {
	json '[.sites[] | select(.symbol == "zs_malloc") | .live_bytes] | add // 0' leakctl sites --json
}

modprobe ghostmem mode=exact
i=0
while [ $i -lt 200 ]; do
	/bin/true &
	i=$((i + 1))
done
wait
is "200 forks lose nothing" "$(lost)" 0

modprobe veth
unshare -n sleep 60 &
peer=$!
wait_for 10 apart $peer
ip link add gm0 type veth peer name gm1
ip link set gm1 netns $peer
ip addr add 192.0.2.1/24 dev gm0
ip link set gm0 up
nsenter -t $peer -n ip addr add 192.0.2.2/24 dev gm1
nsenter -t $peer -n ip link set gm1 up
check "traffic over veth" ping -c 10 -i 0.1 -W 5 -s 20000 192.0.2.2
is "traffic loses nothing" "$(lost)" 0

modprobe zram
echo 128M >/sys/block/zram0/disksize
dd if=/dev/urandom of=/dev/zram0 bs=1M count=40 2>/dev/null
sync
used=$(awk '{ print $3 }' /sys/block/zram0/mm_stat)
check "zram is in use" test "$used" -gt $((40 * 1000 * 1000))
is "zram's pages are seen exactly" "$(zram_bytes)" "$used"
echo 1 >/sys/block/zram0/reset
is "and their return" "$(zram_bytes)" 0
# From now on the allocator applies cpusets to all requests.
echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/any
echo 128M >/sys/block/zram0/disksize
dd if=/dev/urandom of=/dev/zram0 bs=1M count=40 2>/dev/null
sync
used=$(awk '{ print $3 }' /sys/block/zram0/mm_stat)
is "with a cpuset, too" "$(zram_bytes)" "$used"
is "zram loses nothing" "$(lost)" 0
kill $peer
finish
