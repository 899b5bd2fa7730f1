# The books close, idle and under load; each known holder is named with what was set up; and what
# was taken before the module came is ghost, of before load.
# tier: soak
# not 6.1-debug: of the module it takes what pages takes, the rest is in user space
# vm: --mem 2G --device virtio-balloon-pci,id=balloon --timeout 1500
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh

mib=1048576
REPORT=/tmp/status
look() { leakctl status --json >$REPORT 2>"$ERR" || not_ok "leakctl status" "$(cat "$ERR")"; }
told() { jq -r "$1" $REPORT; }
holder() { told ".holders[] | select(.name == \"$1\") | .bytes"; }
part() { told ".ledger.parts[] | select(.name == \"$1\") | .bytes"; }
# closes SITUATION: what does not add up is 1 % at the most
closes() {
	look
	check "$1: the books close ($(told .ledger.residual_bytes) of $(told .ledger.total_bytes) bytes)" \
		[ "$(told '.ledger | (.residual_bytes | fabs) * 100 <= .total_bytes')" = true ]
	is "$1: they are counted" "$(told .ledger.counted)" true
	is "$1: the sum is the total" "$(told '.ledger | .free_bytes + .applications_bytes +
		.kernel_bytes + .ghost_bytes + .residual_bytes - .total_bytes')" 0
	# By the same lines, but for the frames: what a pure reader of /proc says.
	off=$(($(told .ledger.ghost_bytes) - $(ghost_bytes) + $(part huge_pages)))
	check "$1: ghosts are what is left over (off by $off)" \
		[ ${off#-} -le $(($(told .ledger.total_bytes) / 100)) ]
}
try() { modprobe "$1" 2>/dev/null; }

try ghostmem
closes idle
is "idle: no balloon" "$(holder balloon)" 0
is "idle: no verdict but ok" "$(told .verdict.level)" ok

leakctl top --batch --iterations 2 --interval 1s >/tmp/top 2>"$ERR"
is "idle: top looks as often as it is told" "$(grep -c '^Memory 1.9 GiB: free' /tmp/top)" 2
is "idle: and says the same" "$(grep -c '^Verdict ok' /tmp/top)" 2

# Page cache full: of tmpfs, and of a disk.
before=$(told .ledger.applications_bytes)
shared=$(part shared)
mkdir -p /tmp/shm
mount -t tmpfs -o size=2G none /tmp/shm
dd if=/dev/zero of=/tmp/shm/file bs=1M count=1000 2>/dev/null
cat /dev/vd? >/dev/null
closes "page cache full"
near "page cache full: shared memory" $(($(part shared) - shared)) $((1000 * mib)) 20
is "page cache full: by its holder" "$(holder shmem)" "$(part shared)"
check "page cache full: it is the applications'" \
	[ $(($(told .ledger.applications_bytes) - before)) -ge $((1000 * mib)) ]
umount /tmp/shm

# Fork storm.
look
stacks=$(part kernel_stacks)
pids=
i=0
while [ $i -lt 300 ]; do
	sleep 600 &
	pids="$pids $!"
	i=$((i + 1))
done
closes "fork storm"
near "fork storm: stacks, 16 KiB each" $(($(part kernel_stacks) - stacks)) $((300 * 16384)) 100
# shellcheck disable=SC2086
kill $pids
wait 2>/dev/null

# Network flood.
ip link set lo up
settle
look
ghosts=$(ghost_bytes)
make raw6-sink
$tools/gmsock raw6-flood ::1 1500 60000 >/dev/null
settle
closes "network flood"
near "network flood: sockets hold what is missing" \
	"$(told .ghost.sockets_bytes)" $(($(ghost_bytes) - ghosts)) 20
check "network flood: that is much" [ "$(told .ghost.sockets_bytes)" -ge $((60 * mib)) ]
close_it
unmake
settle

# Huge pages and zram.
echo 32 >/proc/sys/vm/nr_hugepages
pages=$(cat /proc/sys/vm/nr_hugepages)
closes "huge pages"
is "huge pages: all there are" "$(holder huge_pages)" $((pages * 2 * mib))
check "huge pages: enough of them" [ "$pages" -ge 16 ]
echo 0 >/proc/sys/vm/nr_hugepages
if try zram; then
	settle
	look
	ghosts=$(told .ledger.ghost_bytes)
	echo 512M >/sys/block/zram0/disksize
	dd if=/dev/urandom of=/dev/zram0 bs=1M count=100 2>/dev/null
	sync
	closes zram
	near "zram: what it holds" "$(holder zram)" $((100 * mib)) 20
	near "zram: it is ghost" $(($(told .ledger.ghost_bytes) - ghosts)) $((100 * mib)) 20
	echo 1 >/sys/block/zram0/reset
	# And while the guest swaps.
	echo 512M >/sys/block/zram0/disksize
	mkswap /dev/zram0 >/dev/null
	swapon /dev/zram0
	mount -t tmpfs -o size=3G none /tmp/shm
	dd if=/dev/zero of=/tmp/shm/file bs=1M count=$(($(free_bytes) / mib + 100)) 2>/dev/null
	check "swapping: something is swapped" [ "$(awk 'NR > 1 { print $4 }' /proc/swaps)" -gt 10000 ]
	closes swapping
	umount /tmp/shm
	swapoff /dev/zram0
	echo 1 >/sys/block/zram0/reset
else
	echo "skipped - zram: this kernel has none"
fi

# Balloon.
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

# Without the module the rest of the total, and how far that may be off.
settle
look
counted=$(told .ledger.ghost_bytes)
rmmod ghostmem
leakctl status --json >$REPORT 2>/dev/null
off=$(($(told .ledger.ghost_bytes) - counted))
check "without the module: an estimate (off by $off, said: $(told .ledger.ghost_error_bytes))" \
	[ ${off#-} -le "$(told .ledger.ghost_error_bytes)" ]
is "without the module: not counted" "$(told .ledger.counted)" false

# What was taken before the module came.
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
