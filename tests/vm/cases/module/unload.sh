# Loads and unloads 200 times while two tasks allocate at full speed; in the short form, or where the
# kernel is a slow one, less often.
# soak-limit: 1500
. /overlay/vm/lib.sh

# A kernel with KASAN and lockdep is ten times as slow.
times=200
if debug_kernel; then times=12; fi
if short; then times=4; fi

churn() {
	i=0
	# The load never sleeps; loading and unloading must not wait for it either.
	modprobe gmlab_load threads=2 nice=5
	while [ $i -lt "$1" ]; do
		modprobe ghostmem mode=exact || break
		rmmod ghostmem || break
		i=$((i + 1))
	done
	rounds=$(cat /sys/module/gmlab_load/parameters/rounds)
	# The load itself holds up to a MiB that comes and goes; it is stopped before memory is compared.
	rmmod gmlab_load
}

slab() { awk '/^SUnreclaim/ { print $2 * 1024 }' /proc/meminfo; }

# The first rounds are not measured, so that lists, caches and page tables have settled.
debug_kernel || churn $((times < 20 ? times : 20))
free_before=$(settled_free)
slab_before=$(slab)
churn $times
is "loaded and unloaded $times times under load" "$i" "$times"
check "the load was running" test "$rounds" -gt 100
free_gone=$((free_before - $(settled_free)))
slab_grown=$(($(slab) - slab_before))
if debug_kernel; then
	nothing_leaked "kmemleak finds nothing"
else
	# The figure varies by 0.2 MiB. A map or a site table that is lost in each round would be 3 MiB each.
	if [ $free_gone -lt $((1024 * 1024)) ]; then
		ok "memory is back where it was ($free_gone bytes)"
	else
		not_ok "memory is back where it was" "$free_gone bytes are gone"
	fi
	if [ $slab_grown -lt $((256 * 1024)) ]; then
		ok "slabs are where they were ($slab_grown bytes)"
	else
		not_ok "slabs are where they were" "$slab_grown bytes more"
	fi
fi

modprobe gmlab_load threads=2
modprobe ghostmem mode=exact
sleep 2
rmmod gmlab_load
is "no page of the load is left" "$(seen gmlab_load)" 0
is "no event was lost" "$(json '[.lost[]] | add' leakctl status --json)" 0
check "unloads" rmmod ghostmem
finish
