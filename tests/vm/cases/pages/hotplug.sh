# Memory is hot-added and hot-removed while tracking is on: new memory is tracked, records of removed
# memory are closed.
# vm: --mem 1G,slots=4,maxmem=4G
# needs: CONFIG_ACPI_HOTPLUG_MEMORY CONFIG_MEMORY_HOTREMOVE
. /overlay/vm/lib.sh

status() { json "$1" leakctl status --json; }
# The residual of the ledger is at most 1 %.
books_close() { status '.ledger | .counted and (.residual_bytes | fabs) * 100 <= .total_bytes'; }
total_kb() { awk '/^MemTotal/ { print $2 }' /proc/meminfo; }
more_than() { [ "$(total_kb)" -gt "$1" ]; }
less_than() { [ "$(total_kb)" -lt "$1" ]; }

# plug_memory NAME: adds 512 MiB above 4 GiB, from where the kernel allocates its own pages first
plug_memory() {
	before=$(total_kb)
	qmp object-add '{"qom-type":"memory-backend-ram","id":"'"$1"'-ram","size":536870912}' >/dev/null
	qmp device_add '{"driver":"pc-dimm","id":"'"$1"'","memdev":"'"$1"'-ram"}' >/dev/null
	check "$1: memory comes" wait_for 30 more_than $((before + 500000))
}

# Only memory from which the kernel takes no pages for itself (ZONE_MOVABLE) can be removed again.
cycle() {
	echo online_movable >/sys/devices/system/memory/auto_online_blocks
	small=$(status .tracker.map_bytes)
	frames=$(status .pages.frames_bytes)
	plug_memory "$1"
	is "$1: the map has grown by 8 bytes a page" \
		$(($(status .tracker.map_bytes) - small)) 1048576
	is "$1: so has the census of page frames" \
		$(($(status .pages.frames_bytes) - frames)) 536870912
	is "$1: the books close" "$(books_close)" true
	# Memory is allocated all the time while the block goes offline.
	(while [ ! -e /tmp/gone ]; do leakctl status >/dev/null || exit 1; done) &
	taker=$!
	qmp --wait-event DEVICE_DELETED --timeout 60 device_del '{"id":"'"$1"'"}' >/dev/null
	check "$1: memory goes" wait_for 30 less_than $((before + 1000))
	touch /tmp/gone
	check "$1: the census bears it" wait $taker
	rm /tmp/gone
	is "$1: and looks at what is left" "$(status .pages.frames_bytes)" "$frames"
	is "$1: of which the books close" "$(books_close)" true
	qmp object-del '{"id":"'"$1"'-ram"}' >/dev/null
	is "$1: the map is as small as before" "$(status .tracker.map_bytes)" "$small"
}

for mode in exact sampled; do
	modprobe ghostmem mode=$mode interval_kib=16 budget_ppm=0
	# Removed memory is handled by the same code in both modes.
	if [ $mode = exact ] || ! short; then cycle "$mode-movable"; fi
	echo online >/sys/devices/system/memory/auto_online_blocks
	plug_memory "$mode-normal"
	modprobe gmlab_sized
	# Estimates of this many samples are off by at most a 16th.
	off=$(($(seen gmlab_sized) - 268173312))
	check "$mode: its pages are counted (off by $off bytes)" \
		[ ${off#-} -le $((268173312 / 16)) ]
	[ $mode = sampled ] || is "$mode: to the byte" $off 0
	rmmod gmlab_sized
	is "$mode: and gone again" "$(seen gmlab_sized)" 0
	is "$mode: nothing is lost" "$(status '[.lost[]] | add')" 0
	check "$mode: the module unloads" rmmod ghostmem
done
finish
