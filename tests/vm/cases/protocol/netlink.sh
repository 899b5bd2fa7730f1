# Malformed, slow, abandoned and too many netlink requests are refused with a reason or served, and harm
# nothing.
. /overlay/vm/lib.sh

# gmnl prints the checks itself; its status says whether all passed.
gmnl() {
	/overlay/tools/gmnl "$@" || failed=$((failed + 1))
}

# Many stacks, so that a dump takes many datagrams.
keep_busy() {
	for _ in 1 2 3 4 5 6; do
		find / -xdev >/dev/null
		unshare -n ip link >/dev/null
		modprobe gmlab_load
		rmmod gmlab_load
		dmesg | sort | gzip -c | wc -c >/dev/null
	done
}

modprobe ghostmem mode=exact
keep_busy
gmnl slow-dump --pause-ms 1500
gmnl abandon-dump --times 60
gmnl many-dumps 12
gmnl permissions-dropped
# A kernel with KASAN and lockdep is ten times as slow.
fuzz=$(paced 20000 1000)
if debug_kernel; then fuzz=$((fuzz / 4)); fi
gmnl malformed --fuzz $fuzz --seed 1

# The fuzz has reset the tracker many times.
keep_busy
gmnl abandon-dump --times 10
gmnl slow-dump --reset-and "modprobe gmlab_sites sites=256"

check "leakctl status works afterwards" leakctl status
check "no dump holds the module: rmmod succeeds" rmmod ghostmem
finish
