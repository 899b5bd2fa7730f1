# After real work, allocation profiling and ghostmem agree on what the kernel holds, call site by call site.
# tier: soak
# kernel: 6.12-witness
# vm: --append sysctl.vm.mem_profiling=0 --append cma=16M --mem 768M --device edu,id=edu0 --device e1000
#
# A call site is a line of source, told by its function; a site goes to the innermost function of
# its stack that has one. tests/tools/gmwitness/callsites.cpp names what this cannot do by itself:
# functions that are inlined into another; those that take pages for processes and the page
# cache; objects of a slab that are a page or more, whose pages are the slab's.
# Pages that compaction moves are not compared: allocation profiling does not follow them.
. /overlay/vm/lib.sh
. /overlay/vm/work.sh

agree() { agrees "$1" call-sites "$began"; }
bulk_events() { json '.hooks[] | select(.name == "alloc_bulk") | .events' leakctl status --json; }

modprobe ghostmem mode=exact
# Few, and between the two beginnings there are no more: page tables and the stack of the process
# that asks, and not also of one that reads what it says. A guest that has just been booted may still
# be busy with itself.
begin() {
	leakctl reset >/dev/null
	leakctl status --json >/tmp/began
	began=$(jq .tracker.live_pages /tmp/began)
	echo "$began pages"
	[ "$began" -le 40 ]
}
check "hardly anything was taken meanwhile" wait_for 30 begin
# What is allocated while profiling is off is never counted, nor is its free, as after a reset.
echo 1 >/proc/sys/vm/mem_profiling

work
agree "work is under way"
check "pages were taken in bulk ($(bulk_events) times)" test "$(bulk_events)" -gt 100

umount /mnt/loop /mnt/ram
echo 1 >/sys/block/zram0/reset
# The driver stays loaded, because profiling warns about a module that is unloaded and leaves memory.
rmmod gmlab_sites e1000 veth brd zram
agree "modules are gone"
is "no event was lost" "$(json '[.lost[]] | add' leakctl status --json)" 0
finish
