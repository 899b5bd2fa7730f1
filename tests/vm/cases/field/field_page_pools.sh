# The pages of page pools whose driver has gone are told with their number and as a page pool's, whether the
# module was loaded before or after.
# not 6.1-debug: the pages are lost on purpose, which kmemleak cannot see
# vm: --mem 2G
. /overlay/vm/field.sh

in_flight() { cat /sys/module/gmlab_pool/parameters/in_flight; }

for order in $orders; do
	arrive "$order"
	if [ "$order" != late ]; then
		look
		pools=$(holder page_pool)
	fi
	if ! modprobe gmlab_pool 2>/dev/null; then
		echo "skipped - page pools: this kernel has none"
		[ "$order" = late ] || rmmod ghostmem
		break
	fi
	pages=$(in_flight)
	is "$order: all pages are out" "$pages" 36288
	rmmod gmlab_pool
	see "$order"
	near "$order: what the census has of page pools" $(($(holder page_pool) - ${pools:-0})) \
		$((pages * 4096))
	# Of a site: that of its stack; without one, that of the census.
	[ "$order" = late ] && kind="page pools" || kind=page_pool
	says "$order: what they are" "$kind"
	if [ "$order" = late ]; then
		# Those of the modes before are still out as well.
		keeps_quiet "$order: nobody is accused" "Module"
	else
		near "$order: what its driver left behind" "$(finding unloaded_module .bytes)" \
			$((pages * 4096)) 10 "$(ghost_margin)"
		says "$order: who" "Module gmlab_pool is gone and left"
		is "$order: that is a leak" "$(level)" leak
		pools=$(holder page_pool)
	fi
	leave "$order"
done
finish
