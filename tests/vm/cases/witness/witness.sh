# page_owner, the kernel's own record, agrees with ghostmem on every allocation function of the lab driver.
# tier: soak
# kernel: 6.1-debug
# vm: --device edu,id=edu0 --append page_owner=on --mem 2G
. /overlay/vm/lib.sh

# Pages that page_owner says were taken in function $1 and are held, but for those that
# other parts of the kernel took on the way: slab, page tables, debugging's own. And but for those
# of ghostmem: the driver may come to lie where its init text was, which page_owner then misnames.
owned() {
	awk -v take="$1" 'BEGIN { RS = "" }
		/Page allocated via order/ && index($0, " " take "+") &&
		!/stack_depot|kasan_populate|__create_object|allocate_slab|new_slab|pte_alloc/ &&
		!/\[ghostmem\]/ {
			match($0, /order [0-9]+/)
			for (n = 1, order = substr($0, RSTART + 6) + 0; order > 0; order--)
				n *= 2
			pages += n
		}
		END { print pages + 0 }' /tmp/page_owner
}

ours() {
	json "[.sites[] | select(.symbol == \"$1\") | .live_pages] | add // 0" \
		leakctl sites --json --module gmlab_pci
}

# A read returns the entry of one page; a buffer of more than a few pages is refused.
ask_page_owner() { dd if=/sys/kernel/debug/page_owner of=/tmp/page_owner bs=64k 2>/dev/null; }

compare() {
	ask_page_owner
	for door in page order3 order5 gfp exact bulk vmalloc frag; do
		is "$1: gmlab_take_$door" "$(ours gmlab_take_$door)" "$(owned gmlab_take_$door)"
		check "$1: gmlab_take_$door holds something" [ "$(owned gmlab_take_$door)" -gt 0 ]
	done
}

modprobe ghostmem mode=exact
modprobe gmlab_pci forget=all percent=50 scale=2
ask_page_owner
check "page_owner sees the driver" test "$(owned gmlab_take_order3)" -gt 0
compare bound
unplug edu0
compare "half forgotten"
finish
