# Pages that no process maps and no file has any more, but that a driver or a pipe still holds, are
# counted, and are shown as ghosts with a name.
# tier: soak on 6.1-debug
# vm: --mem 1G
# needs: CONFIG_PROC_PAGE_MONITOR
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh
. /overlay/vm/ledger.sh

letgo=$tools/gmletgo
pages() { told ".pages.$1"; }
# as_much NAME BYTES WANT: equal but for pages on their way to be freed, which are in per-CPU caches
as_much() {
	off=$(($2 - $3))
	check "$1 (off by $off of $3 bytes)" [ ${off#-} -le $((2 * mib)) ]
}
ready() { grep -q ready /tmp/ready; }
# hold WHAT ARG: holds pages, in the background
hold() {
	: >/tmp/ready
	$letgo "$@" >/tmp/ready 2>"$ERR" &
	holder=$!
	check "$1: all pages are there" wait_for 30 ready
}
# grew SITUATION BYTES: let_go_bytes and ghosts have grown by that much
grew() {
	look
	as_much "$1: let go of" $(($(pages let_go_bytes) - let_go)) "$2"
	as_much "$1: by its holder" "$(holder let_go)" "$(pages let_go_bytes)"
	as_much "$1: ghosts grow by it" $(($(told .ledger.ghost_bytes) - ghosts)) "$2"
	closes "$1"
}
before() {
	look
	let_go=$(pages let_go_bytes)
	ghosts=$(told .ledger.ghost_bytes)
}

modprobe ghostmem
modprobe gmlab_pin
look
as_much "next to nothing at first" "$(pages let_go_bytes)" 0
check "zones add up" [ "$(told '.pages | .let_go_bytes == ([.zones[].let_go_bytes] | add)')" = true ]

before
check "a process offers pages to a driver, and exits" $letgo pinned 64
is "the driver has them" "$(cat /sys/module/gmlab_pin/parameters/pinned)" 16384
grew "forgotten by a driver" $((64 * mib))
as_much "as /proc/kpagecount has it" "$(pages let_go_bytes)" "$($tools/gmpages --let-go)"
is "below the limits it is no alarm" "$(told .verdict.level)" ok
rmmod gmlab_pin
look
as_much "the driver goes, and they with it" "$(pages let_go_bytes)" "$let_go"

before
hold piped 32
grew "unmapped, in a pipe" $((32 * mib))
kill $holder
wait $holder 2>/dev/null

mkdir -p /tmp/shm
mount -t tmpfs none /tmp/shm
for where in /tmp/shm /root; do
	before
	dd if=/dev/urandom of=$where/file bs=1M count=16 2>/dev/null
	sync
	look
	as_much "in use, on $where: not let go of" "$(pages let_go_bytes)" "$let_go"
	hold spliced $where/file
	grew "truncated, in a pipe, from $where" $((16 * mib))
	kill $holder
	wait $holder 2>/dev/null
done
look
as_much "in the end all is gone" "$(pages let_go_bytes)" 0
check "the module unloads" rmmod ghostmem
finish
