# Stack by stack, page_owner has the kernel hold what ghostmem has it hold, after real work.
# kernel: 6.12-witness
# vm: --append page_owner=on --append cma=16M --mem 768M --device edu,id=edu0 --device e1000
#
# Differences that there have to be, each counted by gmwitness (tests/tools/gmwitness/stacks.cpp):
# page_owner's own memory has one stack there and its real ones here; leakctl's reply is not
# there while page_owner is asked; text that is gone, page_owner misnames. And one that is a gap:
# a kernel page that compaction moves (zsmalloc's; page cache taken as unmovable) is seen to be
# freed, and not where it went. page_owner has the bulk allocator take pages one by one: what
# that door is worth is in witness_callsites.
. /overlay/vm/lib.sh

forks() {
	i=0
	while [ $i -lt 200 ]; do
		/bin/true &
		i=$((i + 1))
	done
	wait
	i=0
	while [ $i -lt 20 ]; do
		sleep 600 &
		i=$((i + 1))
	done
}

# A peer that takes a connection and never reads from it: its queues stay full.
unread() {
	mkfifo "/tmp/unread$1"
	sleep 600 <>"/tmp/unread$1" &
	nsenter -t "$peer" -n nc -l -p "$1" >"/tmp/unread$1" &
	sleep 0.3
	nc 192.0.2.2 "$1" </dev/zero &
}

network() {
	modprobe e1000
	ip link set eth0 up
	modprobe veth
	unshare -n sleep 600 &
	peer=$!
	sleep 0.3
	ip link add gm0 type veth peer name gm1
	ip link set gm1 netns $peer
	ip addr add 192.0.2.1/24 dev gm0
	ip link set gm0 up
	nsenter -t $peer -n ip addr add 192.0.2.2/24 dev gm1
	nsenter -t $peer -n ip link set gm1 up
	ping -c 10 -i 0.1 -W 5 -s 20000 192.0.2.2 >/dev/null
	unread 5000
	unread 5001
	unread 5002
}

# fill DIRECTORY
fill() {
	i=0
	while [ $i -lt 60 ]; do
		mkdir "$1/$i"
		cp /etc/passwd "$1/$i/file"
		i=$((i + 1))
	done
	rm -rf "$1"/[0-3]*
}

file_systems() {
	modprobe ext4
	modprobe loop
	modprobe brd rd_nr=1 rd_size=65536
	mkdir -p /mnt/loop /mnt/ram
	truncate -s 32M /tmp/image
	mke2fs -q -t ext4 /tmp/image && mount -t ext4 -o loop /tmp/image /mnt/loop &&
		mke2fs -q -t ext4 /dev/ram0 && mount -t ext4 /dev/ram0 /mnt/ram &&
		fill /mnt/loop && fill /mnt/ram
}

# Where there is a cpuset, all requests for pages obey it.
swap_in_memory() {
	echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control
	mkdir /sys/fs/cgroup/any
	modprobe zram
	echo 64M >/sys/block/zram0/disksize
	dd if=/dev/urandom of=/dev/zram0 bs=1M count=24 2>/dev/null
	sync
}

contiguous() {
	echo 4 >/proc/sys/vm/nr_hugepages
	echo 512 >/sys/kernel/debug/cma/reserved/alloc
}

driver() {
	modprobe gmlab_pci forget=all percent=50 scale=2
	unplug edu0
	modprobe gmlab_sites
}

# When, on the clock of the kernel's log, it was told $1.
told_ns() { dmesg | sed -n "s/^\[ *\([0-9]*\)\.\([0-9]*\)\] $1\$/\1\2000/p"; }

# What is still under way (writing back, freeing after RCU) ends, or the machine is not quiet.
agree() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	tries=4
	while [ $tries -gt 0 ]; do
		sleep 1
		if /overlay/tools/gmwitness stacks "$after" "$before" >$OUT 2>&1; then
			ok "$1 ($(head -n 1 $OUT))"
			return
		fi
		tries=$((tries - 1))
	done
	cat $OUT
	not_ok "$1" "$(head -n 1 $OUT)"
}

moved() { sed -n 's/.* \([0-9]*\) moved by compaction.*/\1/p' $OUT; }
zram_pages() { awk '{ print $3 / 4096 }' /sys/block/zram0/mm_stat; }
seen_of_zram() {
	json '[.sites[] | select(.symbol == "zs_malloc") | .live_pages] | add // 0' leakctl sites --json
}

modprobe ghostmem mode=exact
echo recording-begins >/dev/kmsg
leakctl reset >/dev/null
echo recording-began >/dev/kmsg
after=$(told_ns recording-begins)
before=$(told_ns recording-began)

forks
network
check "file systems are in use" file_systems
swap_in_memory
contiguous
driver
agree "work is under way"
is "zram's pages are all seen" "$(seen_of_zram)" "$(zram_pages)"

echo 1 >/proc/sys/vm/compact_memory
agree "after compaction"
missed=$(($(zram_pages) - $(seen_of_zram)))
check "what is not seen of zram ($missed) is no more than was moved ($(moved))" \
	test $missed -le "$(moved)"

umount /mnt/loop /mnt/ram
echo 1 >/sys/block/zram0/reset
rmmod gmlab_sites gmlab_pci e1000 veth brd zram
agree "modules are gone"
is "no event was lost" "$(json '[.lost[]] | add' leakctl status --json)" 0
finish
