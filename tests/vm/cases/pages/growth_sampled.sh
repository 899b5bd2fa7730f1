# In sampled mode a leak is told from a cache that fluctuates, with its rate, and its site has the id of
# exact mode.
# not 6.1-debug 6.12-rt-lockdep: as leak and modes; its rates are of a machine that is not so slow
# waits: yes
. /overlay/vm/lib.sh
. /overlay/vm/growth_story.sh

modprobe ghostmem mode=exact
modprobe gmlab_grow
check "it leaks" wait_for 10 leaks
first=$(id)
rmmod ghostmem
modprobe ghostmem interval_kib=8 budget_ppm=0
measure sampled
is "sampled: the id is that of exact mode" "$(id)" "$first"
rmmod gmlab_grow
check "the module unloads" rmmod ghostmem
finish
