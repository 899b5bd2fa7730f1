# Loads and unloads 200 times (20 in the debug kernel) while two tasks allocate at full speed.
# vm: --timeout 1500
. /overlay/vm/lib.sh

times=200
# KASAN and lockdep look closer, but at a tenth of the speed.
if debug_kernel; then times=20; fi
modprobe gmlab_load threads=2
i=0
# Some without counting, so that lists, caches and page tables are where they settle.
while [ $i -lt 10 ]; do
	modprobe ghostmem || break
	rmmod ghostmem || break
	i=$((i + 1))
done
before=$(settled_free)
while [ $i -lt "$times" ]; do
	modprobe ghostmem || break
	rmmod ghostmem || break
	i=$((i + 1))
done
is "loaded and unloaded $times times under load" "$i" "$times"
after=$(settled_free)
if debug_kernel; then
	# What nobody points to has to stay so for a while before it is reported.
	echo scan >/sys/kernel/debug/kmemleak
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
	is "kmemleak finds nothing" "$(cat /sys/kernel/debug/kmemleak)" ""
elif [ $((before - after)) -lt $((2 * 1024 * 1024)) ]; then
	# A map or a site table lost each time would be 3 MiB each time.
	ok "memory is back where it was ($((before - after)) bytes)"
else
	not_ok "memory is back where it was" "$before before, $after after"
fi
check "the load was running" test "$(cat /sys/module/gmlab_load/parameters/rounds)" -gt 100

modprobe ghostmem
sleep 2
rmmod gmlab_load
is "no page of the load is left" "$(seen gmlab_load)" 0
is "no event was lost" "$(json '[.lost[]] | add' leakctl status --json)" 0
check "unloads" rmmod ghostmem
finish
