# A leak is told from a cache that fluctuates, with its rate, and the ages add up.
# not 6.1-debug 6.12-rt-lockdep: as leak and modes; its rates are of a machine that is not so slow
# waits: yes
. /overlay/vm/lib.sh
. /overlay/vm/growth_story.sh

modprobe gmlab_grow
modprobe ghostmem mode=exact
check "it leaks" wait_for 10 leaks
measure exact
echo 1 >/sys/module/gmlab_grow/parameters/paused
still() {
	leaked=$(parameter leaked)
	sleep 0.3
	[ "$leaked" = "$(parameter leaked)" ]
}
wait_for 10 still
is "ages add up" "$(sites '[.sites[] | (.ages | map(.pages) | add) == .live_pages] | unique[0]')" true
is "some of it is older than ten seconds" "$(of gmlab_grow_leak '.ages[1].pages > 0')" true
echo 0 >/sys/module/gmlab_grow/parameters/paused

rmmod gmlab_grow
check "the module unloads" rmmod ghostmem
finish
