# Contiguous ranges, as for huge pages of 1 GiB, have an allocation path of their own; all their pages are
# counted.
# tier: soak on 6.1-debug
# vm: --mem 4G
. /overlay/vm/lib.sh

# The CPU of the machine has such pages, and the kernel can make one.
pool=/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages
pages=262144
hook() { json ".hooks[] | select(.name == \"alloc_contig\") | .$1" leakctl status --json; }
# The huge page alone: the kernel may also allocate a slab or a page table for it.
held() {
	json '[.sites[] | select(.class == "user" and (.stack | any(test("hugepages")))) |
		.live_pages] | add // 0' leakctl sites --json --class all
}
lost() { json '[.lost[]] | add' leakctl status --json; }

modprobe ghostmem mode=exact
is "the hook is attached" "$(hook state)" attached
is "nothing is held" "$(held)" 0
echo 1 >$pool
is "the kernel made a huge page" "$(cat $pool)" 1
check "the hook saw it" [ "$(hook events)" -ge 1 ]
is "all its pages are counted" "$(held)" $pages
is "and are no ghosts: /proc/meminfo has them" \
	"$(json "[.sites[] | select(.live_pages >= $pages)] | length" leakctl sites --json)" 0
echo 0 >$pool
is "and gone when it is freed" "$(held)" 0

# Most ranges that the kernel tries have a page that cannot be moved.
before=$(hook events)
check "ranges that cannot be had" modprobe gmlab_contig tries=4
is "the hook counts none of them" "$(hook events)" "$before"
is "their pages stay whose they are" "$(json '[.sites[] | "\(.live_pages) \(.allocations)"] | join(",")' \
	leakctl sites --json --class all --module gmlab_contig)" "512 1"
rmmod gmlab_contig
is "no event was lost" "$(lost)" 0
check "the module unloads" rmmod ghostmem

# The range is freed while its records may not have been written yet.
times=$(paced 2 1)
for mode in exact sampled; do
	modprobe ghostmem mode=$mode interval_kib=8
	for _ in $(seq "$times"); do
		echo 1 >$pool
		echo 0 >$pool
	done
	is "$mode: nothing is left of pages that go at once" "$(held)" 0
	check "$mode: the hook saw them" [ "$(hook events)" -ge "$times" ]
	is "$mode: no event was lost" "$(lost)" 0
	echo 1 >$pool
	check "$mode: the module unloads at once" rmmod ghostmem
	echo 0 >$pool
done

# The range is freed without ever having been recorded.
echo 1 >$pool
modprobe ghostmem mode=exact
unknown=$(json .tracker.frees_unknown_pages leakctl status --json)
echo 0 >$pool
gone=$(($(json .tracker.frees_unknown_pages leakctl status --json) - unknown))
check "pages never seen are counted when they go ($gone)" [ $gone -ge $pages ]
is "no event was lost" "$(lost)" 0
check "the module unloads with it gone" rmmod ghostmem

# Of samples, each of its pages is one with a chance of 0.393, and stands for 2.54: the sum of 262144
# has a standard deviation of 0.24 %, and 1.5 % are more than six. A distance that is off by one
# page would be off by 28 % or more.
modprobe ghostmem interval_kib=8 budget_ppm=0
echo 1 >$pool
found=$(held)
check "samples of it are weighed ($found of $pages pages)" \
	[ "$found" -gt $((pages - pages / 66)) -a "$found" -lt $((pages + pages / 66)) ]
echo 0 >$pool
is "and gone when it is freed" "$(held)" 0
check "the module unloads" rmmod ghostmem
finish
