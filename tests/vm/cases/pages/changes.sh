# A change of mode or a reset delays no other netlink request, and status shows it while it lasts.
# vm: --mem 2G
. /overlay/vm/lib.sh

modprobe ghostmem mode=off
/overlay/tools/gmnl changes || failed=$((failed + 1))

# Changes that are queued or under way are carried out before the module is unloaded.
for _ in $(seq "$(paced 20 1)"); do
	/overlay/tools/gmnl leave-changes
	check "changes are under way" [ "$(json .module.change leakctl status --json)" != null ]
	check "the module goes nevertheless" rmmod ghostmem
	modprobe ghostmem mode=off
done
check "it can still be switched on" leakctl config mode=exact
is "with every hook" "$(hook_states)" attached

# A change never takes a reference on the module, because rmmod would fail meanwhile.
rounds=$(paced 20 3)
(
	for _ in $(seq "$rounds"); do
		leakctl config mode=off && leakctl config mode=exact && echo changed >>/tmp/changes
	done
	: > /tmp/changed
) >/dev/null &
held=0
while [ ! -e /tmp/changed ]; do
	read -r references < /sys/module/ghostmem/refcnt
	[ "$references" = 0 ] || held=$((held + 1))
done
is "the mode was changed in every round" "$(grep -c changed /tmp/changes)" "$rounds"
is "a change holds no reference on the module" "$held" 0
check "the module unloads" rmmod ghostmem
finish
