# What drivers hold is named; what was allocated before the module was loaded is a ghost of before load;
# without the module there is an estimate.
# not 6.1-debug: of the module it takes what pages takes, the rest is in user space
# vm: --mem 2G --device virtio-balloon-pci,id=balloon
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh
. /overlay/vm/ledger.sh

try ghostmem
closes idle
is "idle: no balloon" "$(holder balloon)" 0
if try virtio_balloon; then
	total=$(told .ledger.total_bytes)
	qmp balloon '{"value":'$((1792 * mib))'}' >/dev/null
	inflated() { [ "$(awk '/^balloon_inflate/ { print $2 }' /proc/vmstat)" -ge 65536 ]; }
	check "balloon: inflated" wait_for 60 inflated
	closes balloon
	near "balloon: 256 MiB" "$(holder balloon)" $((256 * mib)) 20
	near "balloon: out of the total" $((total - $(told .ledger.total_bytes))) $((256 * mib)) 20
	is "balloon: no alarm" "$(told .verdict.level)" ok
	qmp balloon '{"value":'$((2048 * mib))'}' >/dev/null
	deflated() { [ "$(awk '/^balloon_deflate/ { print $2 }' /proc/vmstat)" -ge 65536 ]; }
	check "balloon: deflated" wait_for 60 deflated
	rmmod virtio_balloon
else
	echo "skipped - balloon: this kernel has no virtio_balloon"
fi

# Ring buffers.
mount -t tracefs none /sys/kernel/tracing 2>/dev/null
if [ -e /sys/kernel/tracing/buffer_size_kb ]; then
	settle
	before=$(ghost_bytes)
	echo 32768 >/sys/kernel/tracing/buffer_size_kb
	cpus=$(grep -c ^processor /proc/cpuinfo)
	closes "trace buffers"
	near "trace buffers: as set up" "$(holder ftrace)" $((cpus * 32 * mib)) 20
	near "trace buffers: as is missing" "$(holder ftrace)" $(($(ghost_bytes) - before)) 50
	echo 64 >/sys/kernel/tracing/buffer_size_kb
else
	echo "skipped - trace buffers: this kernel has no tracefs"
fi

# Without the module: the rest of the total, and how far it may be off.
settle
look
counted=$(told .ledger.ghost_bytes)
rmmod ghostmem
leakctl status --json >$REPORT 2>/dev/null
off=$(($(told .ledger.ghost_bytes) - counted))
check "without the module: an estimate (off by $off, said: $(told .ledger.ghost_error_bytes))" \
	[ ${off#-} -le "$(told .ledger.ghost_error_bytes)" ]
is "without the module: not counted" "$(told .ledger.counted)" false

# What was allocated before the module was loaded.
leak=268173312
modprobe ghostmem mode=exact
settle
look
ghosts=$(told .ledger.ghost_bytes)
earlier=$(told .ghost.before_load_bytes)
rmmod ghostmem
modprobe gmlab_sized
modprobe ghostmem mode=exact
settle
closes "leaked before"
near "leaked before: it is ghost" $(($(told .ledger.ghost_bytes) - ghosts)) $leak
near "leaked before: of before load" $(($(told .ghost.before_load_bytes) - earlier)) $leak
is "leaked before: no site has it" "$(seen gmlab_sized)" 0
rmmod gmlab_sized
settle
modprobe gmlab_sized
look
near "leaked after: it is seen" "$(told .ghost.sites_bytes)" $leak 50
off=$(($(told .ghost.before_load_bytes) - earlier))
check "leaked after: nothing more is of before load (off by $off)" [ ${off#-} -le $((leak / 50)) ]
rmmod gmlab_sized
check "the module unloads" rmmod ghostmem
finish
