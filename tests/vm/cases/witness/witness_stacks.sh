# After real work, page_owner and ghostmem agree on what the kernel holds, stack by stack.
# tier: soak
# kernel: 6.12-witness
# vm: --append page_owner=on --append cma=16M --mem 768M --device edu,id=edu0 --device e1000
#
# Differences that there have to be, each known to gmwitness (tests/tools/gmwitness/stacks.cpp):
# page_owner's own memory has one stack there and its real ones here; leakctl's reply is not
# there while page_owner is asked; text that is gone, page_owner misnames; zsmalloc's pages that were
# moved, page_owner has under compaction's stack. page_owner has the bulk
# allocator take pages one by one: what that door is worth is in witness_callsites.
. /overlay/vm/lib.sh
. /overlay/vm/work.sh

# The time of the message $1 in the kernel log.
told_ns() { dmesg | sed -n "s/^\[ *\([0-9]*\)\.\([0-9]*\)\] $1\$/\1\2000/p"; }

agree() { agrees "$1" stacks "$after" "$before"; }
zram_pages() { awk '{ print $3 / 4096 }' /sys/block/zram0/mm_stat; }
seen_of_zram() {
	json '[.sites[] | select(.symbol == "zs_malloc") | .live_pages] | add // 0' leakctl sites --json
}

# zsmalloc is loaded first, because the distribution's kernels have it built in: a hook watches how it
# moves pages.
modprobe zsmalloc
modprobe ghostmem mode=exact
echo recording-begins >/dev/kmsg
leakctl reset >/dev/null
echo recording-began >/dev/kmsg
after=$(told_ns recording-begins)
before=$(told_ns recording-began)

work
agree "work is under way"
is "zram's pages are all seen" "$(seen_of_zram)" "$(zram_pages)"

echo 1 >/proc/sys/vm/compact_memory
agree "after compaction"
is "zram's pages are all seen, wherever they were moved" "$(seen_of_zram)" "$(zram_pages)"

umount /mnt/loop /mnt/ram
echo 1 >/sys/block/zram0/reset
rmmod gmlab_sites gmlab_pci e1000 veth brd zram
agree "modules are gone"
is "no event was lost" "$(json '[.lost[]] | add' leakctl status --json)" 0
finish
