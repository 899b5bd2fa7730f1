# A leak keeps its site id when its module is unloaded, and when the module is loaded again and leaks again.
# not 6.1-debug 6.12-rt-lockdep: as leak and modes
. /overlay/vm/lib.sh
. /overlay/vm/growth_story.sh

modprobe ghostmem mode=exact
# First only the init text is gone, and still has names; then the whole module goes.
modprobe gmlab_grow forget=1
check "it leaks" wait_for 10 leaks
first=$(id)
check "an id is 16 digits" sh -c "echo '$first' | grep -qxE '[0-9a-f]{16}'"
check "the module has a srcversion" test -s /sys/module/gmlab_grow/srcversion
ids() { sites '[.sites[] | select(.symbol != "gmlab_grow_breathe") | "\(.symbol) \(.id)"] | sort | join(",")'; }
live=$(ids)
is "two that will be forgotten" "$(echo "$live" | tr , '\n' | wc -l)" 2
is "one of them is known" "$(id)" "$first"
rmmod gmlab_grow
is "are of a module that has gone" \
	"$(sites '[.sites[] | "\(.module_state) \(.live_pages)"] | join(",")')" "unloaded 1,unloaded 1"
is "and have the ids they had" "$(ids)" "$live"
modprobe gmlab_grow
check "the next load leaks beside them" wait_for 10 again
is "as do those of the next load" "$(sites '[.sites[] | select(.symbol != "gmlab_grow_breathe") |
	"\(.symbol) \(.id)"] | unique | join(",")')" "$live"
is "slots tell them apart" "$(sites '(.sites | map(.slot) | unique | length) == (.sites | length)')" true
check "no two metrics have one name" sh -c "leakctl export --format prometheus --module gmlab_grow |
	grep -v '^#' | sed 's/ [^ ]*$//' | sort | uniq -d | (! grep .)"
rmmod gmlab_grow
check "the module unloads" rmmod ghostmem
finish
