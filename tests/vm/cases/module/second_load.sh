# A second load and wrong parameters are refused cleanly; parameters at their limits are accepted.
# not 6.1-debug: as unload and modes, many times over
. /overlay/vm/lib.sh

file=$(modinfo -n ghostmem)
status() { json "$1" leakctl status --json; }
mode_and_generation() { status '"\(.module.mode) \(.module.generation)"'; }
log() { dmesg | grep -c 'ghostmem: '; }
# Not only is it not listed: it has neither a netlink family nor a probe.
absent() {
	is "$1: not in /proc/modules" "$(grep -c '^ghostmem ' /proc/modules)" 0
	check "$1: not in sysfs" test ! -e /sys/module/ghostmem
	is "$1: leakctl finds no module" "$(status_of leakctl sites)" 3
	is "$1: and says how to load it" "$(grep -c 'modprobe ghostmem' "$ERR")" 1
	is "$1: no probe is left" "$(grep -c alloc_pages_bulk /sys/kernel/debug/kprobes/list)" 0
}

modprobe ghostmem mode=exact
find / -xdev >/dev/null
before=$(mode_and_generation)
events=$(status .tracker.allocations)
lines=$(log)
check "second load: refused" sh -c "! insmod $file 2>/tmp/insmod"
check "second load: File exists" grep -q 'File exists' /tmp/insmod
is "second load: nothing in the log" "$(log)" "$lines"
is "second load: mode and generation stay" "$(mode_and_generation)" "$before"
check "second load: the records stay" test "$(status .tracker.allocations)" -ge "$events"
is "second load: hooks stay attached" "$(hook_states)" attached
is "second load: modprobe finds it loaded" "$(status_of modprobe ghostmem)" 0
is "second load: one instance" "$(grep -c '^ghostmem ' /proc/modules)" 1
check "rmmod" rmmod ghostmem
absent "after rmmod"

# refused NAME PARAMETER
refused() {
	lines=$(log)
	check "$1: refused" sh -c "! modprobe ghostmem $2"
	is "$1: one line in the log" "$(($(log) - lines))" 1
	absent "$1"
}
refused "mode=nonsense" mode=nonsense
check "mode=nonsense: the log names it" sh -c 'dmesg | grep -q "ghostmem: mode=nonsense: "'
refused "mode=EXACT" mode=EXACT
refused "an empty mode" mode=
check "max_sites=-1: refused" sh -c '! modprobe ghostmem max_sites=-1'
absent "max_sites=-1"
check "max_sites=many: refused" sh -c '! modprobe ghostmem max_sites=many'
absent "max_sites=many"

check "mode=off: loads" modprobe ghostmem mode=off
is "mode=off: is off" "$(status .module.mode)" off
is "mode=off: hooks are detached" "$(hook_states)" detached
is "mode=off: no probe" "$(grep -c alloc_pages_bulk /sys/kernel/debug/kprobes/list)" 0
find / -xdev >/dev/null
is "mode=off: records nothing" "$(status .tracker.allocations)" 0
is "mode=off: sites says so" "$(status_of leakctl sites)" 3
before=$(status .module.generation)
check "config mode=exact: accepted" leakctl config mode=exact
is "config mode=exact: armed" "$(status .module.mode)" exact
is "config mode=exact: hooks are attached" "$(hook_states)" attached
check "config mode=exact: another generation" test "$(status .module.generation)" != "$before"
find / -xdev >/dev/null
check "config mode=exact: records" test "$(status .tracker.allocations)" -gt 0
check "config mode=exact: sites works" leakctl sites
check "config mode=off: accepted" leakctl config mode=off
is "config mode=off: is off" "$(status .module.mode)" off
is "config mode=off: no memory held" "$(status '.tracker.map_bytes + .tracker.sites_table_bytes')" 0
check "rmmod while off" rmmod ghostmem

check "max_sites=1: loads" modprobe ghostmem max_sites=1 mode=exact
is "max_sites=1: brought up to the least" "$(status .tracker.sites_max)" 64
is "max_sites=1: which is logged" "$(dmesg | grep -c 'ghostmem: max_sites=1: taken as 64; ')" 1
is "max_sites=1: and the parameter says so" "$(cat /sys/module/ghostmem/parameters/max_sites)" 64
modprobe gmlab_sites sites=256
check "max_sites=1: what does not fit is counted" test "$(status .lost.sites_full)" -ge 192
is "max_sites=1: and goes to one site" \
	"$(json '[.sites[] | select(.slot == 1)] | length' leakctl sites --class all --json)" 1
is "max_sites=1: the pages add up" \
	"$(json '([.sites[].live_pages] | add) > 0' leakctl sites --class all --json)" true
rmmod gmlab_sites
check "max_sites=1: rmmod" rmmod ghostmem

check "max_sites=4294967295: loads" modprobe ghostmem max_sites=4294967295
is "max_sites=4294967295: brought down to the most" "$(status .tracker.sites_max)" 261923
is "max_sites=4294967295: which is logged" "$(dmesg | grep -c 'ghostmem: max_sites=4294967295: taken as 261923; ')" 1
check "max_sites=4294967295: rmmod" rmmod ghostmem
absent "at the end"
finish
