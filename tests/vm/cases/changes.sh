# A change of mode or a reset holds up nobody else's netlink requests, and is told while it lasts.
# vm: --mem 2G
. /overlay/vm/lib.sh

modprobe ghostmem mode=off
/overlay/tools/gmnl changes || failed=$((failed + 1))

# A change that waits, or is under way, is carried out before the module goes.
for _ in $(seq "$(paced 20 1)"); do
	leakctl config mode=exact >/dev/null 2>&1 &
	leakctl config mode=sampled >/dev/null 2>&1 &
	rmmod ghostmem || not_ok "the module goes with changes under way" "$(lsmod | grep ghostmem)"
	wait
	modprobe ghostmem mode=off
done
check "it can still be switched on" leakctl config mode=exact
is "with every hook" "$(hook_states)" attached
check "the module unloads" rmmod ghostmem
finish
