# Fragments that pin blocks of the shared fragment cache: the blocks are told with their amount, and who happened
# to allocate them is not taken for who keeps them.
# not 6.1-debug 6.12-rt-lockdep: the threads that take fragments are too slow there
. /overlay/vm/field.sh

pinned() { cat /sys/module/gmlab_keep/parameters/pinned; }
kept() { [ "$(cat /sys/module/gmlab_keep/parameters/payload)" = $((4096 * 2048)) ]; }
shared='[.sites[] | select(.raw_stack | any(test("^(__)?(netdev|napi)_alloc_frag"))) | .live_bytes] | add // 0'

for order in $orders; do
	# Without the module what is missing is the only figure: it has to be known before.
	settle
	ghosts=$(ghost_bytes)
	arrive "$order"
	modprobe gmlab_refill
	modprobe gmlab_keep
	check "$order: the fragments are kept" wait_for 120 kept
	rmmod gmlab_refill
	see "$order"
	near "$order: ghosts are what is pinned" $(($(ghost_bytes) - ghosts)) "$(pinned)" 10 $((6 * mib))
	if [ "$order" = late ]; then
		keeps_quiet "$order: who allocates is not accused" gmlab_
	else
		near "$order: sites have what is pinned" "$(json "$shared" leakctl sites --json)" "$(pinned)" 10 \
			"$(($(ghost_margin) + noise))"
		says "$order: as shared fragments" "(shared fragments) "
		check "$order: nobody is called a leak ($(level))" [ "$(level)" != leak ]
	fi
	rmmod gmlab_keep
	leave "$order"
done
finish
