# A driver's cache with a shrinker is large and is no leak, before and after memory was short.
# not 6.1-debug 6.12-rt-lockdep: memory pressure takes too long there
# vm: --mem 2G
. /overlay/vm/field.sh

cached() { cat /sys/module/gmlab_cache/parameters/cached; }

for order in $orders; do
	arrive "$order"
	modprobe gmlab_cache mib=1000
	had=$(cached)
	see "$order"
	check "$order: it is large" [ "$had" -ge 240000 ]
	[ "$order" = late ] || near "$order: all of it is seen" "$(seen gmlab_cache)" $((had * 4096)) 10 \
		"$(ghost_margin)"
	check "$order: it is no leak ($(told '.verdict.reasons[0]'))" [ "$(level)" != leak ]
	# Memory of a process that takes more than is free.
	mkdir -p /tmp/shm
	mount -t tmpfs -o size=2G none /tmp/shm
	dd if=/dev/zero of=/tmp/shm/file bs=1M count=$(($(free_bytes) / mib + 300)) 2>/dev/null
	check "$order: it is given back under pressure" [ "$(cached)" -lt "$had" ]
	umount /tmp/shm
	see "$order"
	check "$order: still it is no leak" [ "$(level)" != leak ]
	rmmod gmlab_cache
	leave "$order"
done
finish
