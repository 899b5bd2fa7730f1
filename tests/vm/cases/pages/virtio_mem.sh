# Memory that the hypervisor takes away by virtio-mem or by a balloon is no leak: it is told apart from what
# drivers hold, and is no longer shown when it is given back.
# tier: soak on 6.1-debug
# vm: --mem 1G,slots=4,maxmem=4G --device virtio-balloon-pci,id=balloon
# needs: CONFIG_MEMORY_HOTREMOVE
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh
. /overlay/vm/ledger.sh

total_kb() { awk '/^MemTotal/ { print $2 }' /proc/meminfo; }
# as_much NAME BYTES WANT
as_much() {
	off=$(($2 - $3))
	check "$1 (off by $off of $3 bytes)" [ ${off#-} -le $((2 * mib)) ]
}
# of CLASS: what the sites of the class hold by which the hypervisor takes memory away. The struct pages of
# plugged memory are allocated by virtio_mem as well, but are not such memory.
of() {
	json '[.sites[] | select(.stack | any(test("fake_offline|balloon_page_alloc"))) |
		.live_bytes] | add // 0' leakctl sites --json --class "$1"
}
ask() {
	qmp qom-set '{"path":"/machine/peripheral/vmem0","property":"requested-size","value":'"$1"'}' >/dev/null
}
plugged() {
	qmp qom-get '{"path":"/machine/peripheral/vmem0","property":"size"}' | grep -qw "$1"
}
# resize MIB: resizes the device, and waits until the guest has done it
resize() {
	ask $(($1 * mib))
	check "virtio-mem: it is $1 MiB" wait_for 60 plugged $(($1 * mib))
}

modprobe ghostmem mode=exact
echo online_movable >/sys/devices/system/memory/auto_online_blocks
if ! try virtio_mem; then
	echo "skipped - virtio-mem: this kernel has no virtio_mem"
	finish
fi
qmp object-add '{"qom-type":"memory-backend-ram","id":"vmem","size":536870912}' >/dev/null
qmp device_add '{"driver":"virtio-mem-pci","id":"vmem0","memdev":"vmem"}' >/dev/null
small=$(total_kb)
resize 512
look
as_much "all of it is memory" $(($(total_kb) * 1024)) $((small * 1024 + 512 * mib))
ghosts=$(told .ledger.ghost_bytes)
offline=$(holder balloon)

# A part of a memory block: its pages are allocated, and stay allocated.
resize 448
look
as_much "what is taken away is out of the total" $(($(total_kb) * 1024)) $((small * 1024 + 448 * mib))
as_much "it is offline" $(($(holder balloon) - offline)) $((64 * mib))
is "no driver holds it" "$(of direct)" 0
as_much "it is the hypervisor's" "$(of balloon)" $((64 * mib))
as_much "and no ghost" "$(told .ledger.ghost_bytes)" "$ghosts"
is "no alarm" "$(told .verdict.level)" ok
closes "a part taken away"

resize 512
as_much "what is given back is gone" "$(of balloon)" 0
# The whole memory: memory blocks go offline with their records.
resize 448
resize 0
look
as_much "all of it is taken away" $(($(total_kb) * 1024)) $((small * 1024))
as_much "nothing of it is left" "$(of all)" 0
is "nothing is lost that anybody held" "$(json .lost.offlined leakctl status --json)" 0
is "and no alarm is raised" "$(told .verdict.level)" ok
closes "all taken away"

if try virtio_balloon; then
	direct=$(of direct)
	qmp balloon '{"value":'$((896 * mib))'}' >/dev/null
	inflated() { [ "$(awk '/^balloon_inflate/ { print $2 }' /proc/vmstat)" -ge 32768 ]; }
	check "balloon: inflated" wait_for 60 inflated
	is "balloon: no driver holds it" "$(of direct)" "$direct"
fi
check "the module unloads" rmmod ghostmem
finish
