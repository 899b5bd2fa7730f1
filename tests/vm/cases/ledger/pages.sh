# The census of page frames agrees, class by class, with what the kernel says of each, whether the
# memory was taken before the module was loaded or after, and while it comes and goes.
# tier: soak on 6.1-debug
# vm: --mem 2G
# needs: CONFIG_PROC_PAGE_MONITOR
. /overlay/vm/lib.sh

pages() { json ".pages | $1" leakctl status --json; }
witness() { jq -r "$1" /tmp/witness; }
# near NAME A B BYTES: A and B differ by at most BYTES
near() {
	off=$(($2 - $3))
	check "$1 (off by $off of $3 bytes)" [ ${off#-} -le "$4" ]
}
mib=1048576
held='.classes | .kernel + .tail'

# Memory in huge pages, in tmpfs, in a driver. For classes that this guest hardly has, the comparison below
# only shows that the census does not invent them.
echo 8 >/proc/sys/vm/nr_hugepages
mkdir -p /tmp/shm
mount -t tmpfs none /tmp/shm
dd if=/dev/zero of=/tmp/shm/file bs=1M count=48 2>/dev/null
modprobe gmlab_sized
modprobe ghostmem mode=off
sync

/overlay/tools/gmpages >/tmp/witness
leakctl status --json >/tmp/status
pcp=$(awk '$1 == "count:" { sum += $2 } END { print sum * 4096 }' /proc/zoneinfo)
jq .pages /tmp/status >/tmp/census
# The two are taken one after the other, by commands that themselves take memory and give it back.
is "every frame that is online is looked at" "$(jq .frames_bytes /tmp/census)" \
	"$(witness '[.[]] | add')"
for class in reserved hugetlb offline poisoned; do
	is "$class, to the byte" "$(jq ".classes.$class" /tmp/census)" "$(witness ".$class // 0")"
done
for class in free slab page_table anon shmem file unevictable; do
	near "$class" "$(jq ".classes.$class" /tmp/census)" "$(witness ".$class // 0")" $((2 * mib))
done
rest='.classes | .kernel + .pcp + .tail + .page_pool + .zspool + .large_kmalloc + .typed'
near "what no flag tells" "$(jq "$rest" /tmp/census)" "$(witness .rest)" $((2 * mib))
is "huge pages are those there are" "$(jq .classes.hugetlb /tmp/census)" $((16 * mib))
check "tmpfs is seen" [ "$(jq .classes.shmem /tmp/census)" -ge $((48 * mib)) ]
check "what a driver took before is seen" [ "$(jq "$held" /tmp/census)" -ge 268173312 ]
is "the allocator's part is MemTotal" "$(jq '[.zones[].managed_bytes] | add' /tmp/census)" \
	"$(awk '/^MemTotal/ { print $2 * 1024 }' /proc/meminfo)"
is "and all that is not reserved" \
	"$(jq '.frames_bytes - .classes.reserved - .classes.offline' /tmp/census)" \
	"$(jq '[.zones[].managed_bytes] | add' /tmp/census)"
is "orders add up" "$(jq '[.zones[] | (.free_orders | add) == .classes.free and
	(.kernel_orders | add) == .classes.kernel and
	([.kernel_migrate[]] | add) == .classes.kernel] | unique | join(",")' -r /tmp/census)" true
near "free lists of single CPUs" "$(jq .classes.pcp /tmp/census)" "$pcp" $((2 * mib))
is "zones add up" "$(jq '[.zones[].classes[]] | add' /tmp/census)" "$(jq .frames_bytes /tmp/census)"
is "no record is looked for while tracking is off" \
	"$(jq -r '[.zones[].kernel_tracked_bytes] | unique | join(",")' /tmp/census)" ""

# What is freed is gone from the census; what is allocated now has records.
before=$(pages "$held")
rmmod gmlab_sized
debug_kernel || near "what a driver gives back is gone" $((before - $(pages "$held"))) \
	268173312 $((2 * mib))
leakctl config mode=exact >/dev/null
tracked() { pages '.classes.tail + ([.zones[].kernel_tracked_bytes] | add)'; }
before=$(tracked)
modprobe gmlab_sized
near "what it takes again is tracked" $(($(tracked) - before)) 268173312 $((2 * mib))
rmmod gmlab_sized

# Page frames change during the census: each is still counted once, and the census can be repeated.
frames=$(jq .frames_bytes /tmp/census)
modprobe gmlab_load threads=2
same=0
for _ in 1 2 3 4 5; do
	[ "$(pages .frames_bytes)" = "$frames" ] && same=$((same + 1))
done
is "under load every frame is counted once" $same 5
check "the module unloads under load" rmmod ghostmem
rmmod gmlab_load
finish
