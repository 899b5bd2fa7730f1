# Memory that was taken before the module was loaded: who holds it is found, and what nobody holds is told.
# vm: --mem 1G
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh

page=4096
parameter() { cat "/sys/module/gmlab_hold/parameters/$1"; }

search() { leakctl holders --json >/tmp/holders.json 2>"$ERR"; }

# told FILTER: of the last search
told() { jq -r "$1" /tmp/holders.json; }

# held_by FILTER: bytes of all rows of which the filter is true
held_by() { told "[.holders[] | select($1) | .bytes] | add // 0"; }

# sound NAME: the search found what it can be judged by
sound() {
	check "$1: the search has a result" search
	check "$1: decoys are tried" [ "$(told .decoys.tried)" -ge 200 ]
	# At most 1 in 10,000 is, by chance: more than 5 of 1,000 in one of a thousand million searches.
	check "$1: decoys are not believed ($(told .decoys.believed))" [ "$(told .decoys.believed)" -le 5 ]
	is "$1: it is fit" "$(told '.limits | index("unfit")')" null
	is "$1: what is held, lost and gone is all there is" \
		"$(told '.held_bytes + .lost.bytes + .freed_bytes')" "$(told .ghost_bytes)"
}

check "the module loads" modprobe ghostmem
sound "healthy"
# The checking kernel does not zero pages, so what single pages refer to does not count, and it keeps more
# than others do: references to what was freed, and pages of its own.
most=65536
margin=20
if debug_kernel; then
	most=$((6 << 20))
	margin=50
fi
check "healthy: little has no holder ($(told .lost.bytes))" [ "$(told .lost.bytes)" -le $most ]
lost=$(told .lost.bytes)
check "the module unloads" rmmod ghostmem

check "a driver takes memory" modprobe gmlab_hold
array=$(($(parameter array_pages) * page))
list=$(($(parameter list_pages) * page))
objects=$(($(parameter object_blocks) * 4 * page))
singles=$(($(parameter lost_pages) * page))
blocks=$(($(parameter lost_blocks) * 4 * page))
check "the module loads after that" modprobe ghostmem
sound "live driver"
near "live driver: an array" \
	"$(held_by '.chain[-1].name == "gmlab_array [gmlab_hold]" and .chain[0].kind == "vmalloc"')" $array 20
near "live driver: a list" "$(held_by '.chain[-1].name == "gmlab_list [gmlab_hold]"')" $list 20
near "live driver: slab objects" \
	"$(held_by '.chain[0].kind == "slab" and .chain[0].offset == 80 and .by_order[2] == .bytes')" $objects 20
near "live driver: what it forgot" $(($(told .lost.bytes) - lost)) $((singles + blocks)) $margin
near "live driver: of it, blocks" "$(told '.lost.by_order[2]')" $blocks 20

check "the driver is unloaded" rmmod gmlab_hold
sound "unloaded driver"
near "unloaded driver: what it forgot" $(($(told .lost.bytes) - lost)) $((singles + blocks)) $margin
is "unloaded driver: it holds nothing" \
	"$(held_by '[.chain[].name // ""] | any(contains("gmlab_hold"))')" 0

leakctl holders --min-bytes 1M >/tmp/text 2>"$ERR"
check "it is told to people, too" grep -q '^Nobody refers to ' /tmp/text
check "the module unloads at the end" rmmod ghostmem
finish
