# Work that makes the kernel allocate pages on every allocation path, and hold some.
# shellcheck shell=sh

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

# A peer that accepts a connection and never reads from it, so that its queues stay full.
unread() {
	mkfifo "/tmp/unread$1"
	sleep 600 <>"/tmp/unread$1" &
	nsenter -t "$peer" -n nc -l -p "$1" >"/tmp/unread$1" &
	listens() { nsenter -t "$peer" -n ss -Htln | grep -q ":$1 "; }
	wait_for 10 listens "$1"
	nc 192.0.2.2 "$1" </dev/zero &
}

network() {
	modprobe e1000
	ip link set eth0 up
	modprobe veth
	unshare -n sleep 600 &
	peer=$!
	wait_for 10 apart "$peer"
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

# Where there is a cpuset, all requests for pages obey it, so that other branches of the allocator run.
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

work() {
	forks
	network
	check "file systems are in use" file_systems
	swap_in_memory
	contiguous
	driver
}

# agrees NAME GMWITNESS-WORD...: what is still under way (writing back, freeing after RCU) ends,
# or the machine is not quiet; a difference stays.
agrees() {
	name=$1
	shift
	sync
	echo 3 >/proc/sys/vm/drop_caches
	tries=4
	while [ $tries -gt 0 ]; do
		sleep 1
		if /overlay/tools/gmwitness "$@" >"$OUT" 2>&1; then
			ok "$name ($(head -n 1 "$OUT"))"
			return
		fi
		tries=$((tries - 1))
	done
	cat "$OUT"
	not_ok "$name" "$(head -n 1 "$OUT")"
}
