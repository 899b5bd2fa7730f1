# Tasks that are stuck behind a device that does not answer are named, with what they do to which file on
# which device, and how long already; tasks that wake all the time are not.
# packages: dmsetup libdevmapper1.02.1 libudev1 libselinux1 libpcre2-8-0
# waits: yes
# needs: CONFIG_BLK_DEV_DM CONFIG_BLK_DEV_RAM
# not 6.1-debug 6.12-rt-lockdep: no code of the module runs
. /overlay/vm/lib.sh
. /overlay/vm/procs.sh

dmsetup() {
	LD_LIBRARY_PATH=/overlay/packages/usr/lib/x86_64-linux-gnu:/overlay/packages/lib/x86_64-linux-gnu \
		DM_DISABLE_UDEV=1 "$(ls /overlay/packages/usr/sbin/dmsetup /overlay/packages/sbin/dmsetup 2>/dev/null | head -n 1)" "$@"
}
# stalled NAME FILE [--direct]: the device stops to answer, and a program writes to it
stalled() {
	stalled=$1
	shift
	made "$stalled" write "$@"
	writer=$maker
	dmsetup suspend --nolockfs --noflush stalled
	kill -USR1 "$writer"
	check "$stalled: the writer is uninterruptible" wait_for 20 in_state "$writer" D
	check "$stalled: it is named" wait_for 60 accused stuck "$writer"
	is "$stalled: pid, parent, name" "$(finding stuck "$writer" '"\(.ppid) \(.comm)"')" "$$ gmproc"
	has "$stalled: the device" stuck "$writer" "is suspended"
	is "$stalled: what helps" "$(finding stuck "$writer" .remedy)" "dmsetup resume stalled"
	has "$stalled: the file" stuck "$writer" "/tmp/disk/$stalled"
	innermost=$(sed -n '1s/.*\] \([^+]*\)+.*/\1/p' "/proc/$writer/stack")
	has "$stalled: the stack" stuck "$writer" "/stack: $innermost"
	check "$stalled: for how long (no less than the rule asks for)" \
		[ "$(finding stuck "$writer" '.duration_s >= 10 and .duration_s < 100')" = true ]
}
# ended NAME: the device answers again
ended() {
	check "$1: resuming is what helps" dmsetup resume stalled
	check "$1: the writer goes on" wait_for 20 grep -q written "/tmp/$1"
	check "$1: and is no finding any more" acquitted stuck "$writer"
	kill "$writer"
}

modprobe brd rd_nr=1 rd_size=65536
modprobe dm-mod
check "a mapped device" dmsetup create stalled --table "0 131072 linear /dev/ram0 0"
[ -b /dev/mapper/stalled ] || finish
mke2fs -q -t ext4 /dev/mapper/stalled
mkdir -p /tmp/disk
modprobe ext4
mount -t ext4 /dev/mapper/stalled /tmp/disk

stalled direct /tmp/disk/direct --direct
has "direct: with O_DIRECT" stuck "$writer" "with O_DIRECT"
has "direct: the call" stuck "$writer" "in write"
ended direct

stalled cached /tmp/disk/cached
has "cached: without O_DIRECT" stuck "$writer" "not O_DIRECT"
has "cached: the call" stuck "$writer" "in fsync"
ended cached

made vfork vfork
vfork=$maker
check "a parent in vfork() is named" wait_for 30 accused stuck "$vfork"
has "what it waits for" stuck "$vfork" "its child"
has "what helps" stuck "$vfork" "kill -9 $vfork ends the wait"
check "and does" sh -c "kill -9 $vfork"
wait "$vfork" 2>/dev/null
check "it is gone" [ ! -e "/proc/$vfork" ]

# It is uninterruptible whenever one looks, but wakes twenty times each second.
made waking vfork-loop 50
waking=$maker
check "it is uninterruptible" wait_for 10 in_state "$waking" D
short || sleep 12
seen=0
for _ in 1 2 3; do
	look
	is "who wakes is not accused" "$(finding stuck "$waking" .pid)" ""
	[ "$(jq .tasks.waking $said)" = 0 ] || seen=$((seen + 1))
done
check "but is counted (at least once in three)" [ $seen -gt 0 ]
kill -9 "$waking"
umount /tmp/disk
finish
