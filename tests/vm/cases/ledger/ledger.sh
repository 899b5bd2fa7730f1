# The ledger adds up, idle and under load, and each known holder is named with the amount that was set up.
# not 6.1-debug: of the module it takes what pages takes, the rest is in user space
# vm: --mem 2G
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh
. /overlay/vm/ledger.sh

cached_mib=$(paced 1000 100)
tasks=$(paced 300 50)
packets=$(paced 1500 400)
compressed_mib=$(paced 100 20)
try ghostmem
closes idle
is "idle: no verdict but ok" "$(told .verdict.level)" ok

leakctl top --batch --iterations 2 --interval 1s >/tmp/top 2>"$ERR"
is "idle: top looks as often as it is told" "$(grep -c '^Memory 1.9 GiB: free' /tmp/top)" 2
is "idle: and says the same" "$(grep -c '^Verdict ok' /tmp/top)" 2

# Page cache full: of tmpfs, and of a disk.
before=$(told .ledger.applications_bytes)
shared=$(part shared)
mkdir -p /tmp/shm
mount -t tmpfs -o size=2G none /tmp/shm
dd if=/dev/zero of=/tmp/shm/file bs=1M count=$cached_mib 2>/dev/null
cat /dev/vd? >/dev/null
closes "page cache full"
near "page cache full: shared memory" $(($(part shared) - shared)) $((cached_mib * mib)) 20
is "page cache full: by its holder" "$(holder shmem)" "$(part shared)"
check "page cache full: it is the applications'" \
	[ $(($(told .ledger.applications_bytes) - before)) -ge $((cached_mib * mib)) ]
umount /tmp/shm

# Fork storm.
look
stacks=$(part kernel_stacks)
pids=
i=0
while [ $i -lt $tasks ]; do
	sleep 600 &
	pids="$pids $!"
	i=$((i + 1))
done
closes "fork storm"
near "fork storm: stacks, 16 KiB each" $(($(part kernel_stacks) - stacks)) $((tasks * 16384)) 100
# shellcheck disable=SC2086
kill $pids
wait 2>/dev/null

# Network flood.
ip link set lo up
settle
look
ghosts=$(ghost_bytes)
make raw6-sink
$tools/gmsock raw6-flood ::1 $packets 60000 >/dev/null
settle
closes "network flood"
near "network flood: sockets hold what is missing" \
	"$(told .ghost.sockets_bytes)" $(($(ghost_bytes) - ghosts)) 20
check "network flood: that is much" [ "$(told .ghost.sockets_bytes)" -ge $((packets * 41943)) ]
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
	dd if=/dev/urandom of=/dev/zram0 bs=1M count=$compressed_mib 2>/dev/null
	sync
	closes zram
	near "zram: what it holds" "$(holder zram)" $((compressed_mib * mib)) 20
	near "zram: it is ghost" $(($(told .ledger.ghost_bytes) - ghosts)) $((compressed_mib * mib)) 20
	echo 1 >/sys/block/zram0/reset
	# Also while the guest swaps: huge pages leave 200 MiB free, and a little more than that is written.
	echo $((($(free_bytes) / mib - 200) / 2)) >/proc/sys/vm/nr_hugepages
	echo 512M >/sys/block/zram0/disksize
	mkswap /dev/zram0 >/dev/null
	swapon /dev/zram0
	mount -t tmpfs -o size=3G none /tmp/shm
	dd if=/dev/zero of=/tmp/shm/file bs=1M count=$(($(free_bytes) / mib + 100)) 2>/dev/null
	check "swapping: something is swapped" [ "$(awk 'NR > 1 { print $4 }' /proc/swaps)" -gt 10000 ]
	closes swapping
	umount /tmp/shm
	swapoff /dev/zram0
	echo 0 >/proc/sys/vm/nr_hugepages
	echo 1 >/sys/block/zram0/reset
else
	echo "skipped - zram: this kernel has none"
fi
check "the module unloads" rmmod ghostmem
finish
