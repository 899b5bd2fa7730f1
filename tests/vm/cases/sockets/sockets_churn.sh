# Sockets are counted while they close, fork, travel and lose their namespaces, for ten minutes in
# all rounds, and the kernel that looks closest has nothing to say.
# kernel: 6.1-debug
# vm: --mem 2G
# kmemleak: soak
# soak-limit: 1800
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh

# A census takes seconds here, and what it meets is chance: in few rounds, turns are repeated until
# one has met what there is to meet.
seconds=600 many=50 turns=1
if short; then seconds=10 many=5 turns=10; fi
log=/tmp/churn

now() { cut -d . -f 1 /proc/uptime; }
running() { kill -0 "$churn" 2>/dev/null; }

# A census, as often as it can be had while churn runs.
count_meanwhile() {
	while running; do
		leakctl sockets --json >$CENSUS 2>"$ERR" && jq -e '.sockets | type == "array"' $CENSUS >/dev/null ||
			bad=$((bad + 1))
		rounds=$((rounds + 1))
		seen=$(counted .census.sockets)
		[ "${seen:-0}" -le $most ] || most=$seen
		seen=$(counted .census.namespaces)
		[ "${seen:-0}" -le $namespaces ] || namespaces=$seen
	done
}

met_all() { [ "$most" -gt $((sockets_before + many)) ] && [ "$namespaces" -gt 1 ] && [ $rounds -ge 4 ]; }

modprobe ghostmem
census
sockets_before=$(counted .census.sockets)
began=$(now)
rounds=0
bad=0
most=0
namespaces=0
turn=0
ended=0
while [ $turn -lt $turns ] && ! met_all; do
	turn=$((turn + 1))
	$tools/gmsock churn "$seconds" 4 --seed=$turn >>$log 2>&1 &
	churn=$!
	count_meanwhile
	wait "$churn" && ended=$((ended + 1))
done
took=$(($(now) - began))
is "the churn came to its end ($(tail -n 1 $log)), in each turn" $ended $turn
check "it went on for $seconds seconds of the guest's time" test $took -ge "$seconds"
check "there was much to count" \
	sh -c "awk '{ steps += \$2; failed += \$4 } END { exit !(steps > $seconds && steps > failed) }' $log"
is "every census of $rounds was whole" $bad 0
check "and there were many" test $rounds -ge $((seconds / 100))
check "of many sockets ($most, before $sockets_before)" test "$most" -gt $((sockets_before + many))
check "and of namespaces that come and go ($namespaces)" test "$namespaces" -gt 1

gone() {
	census
	[ "$(counted .census.sockets)" -le $((sockets_before + 2)) ] && [ "$(counted .census.namespaces)" = 1 ]
}
check "afterwards all of them are gone" wait_for 60 gone
is "nobody holds the module" "$(cat /sys/module/ghostmem/refcnt)" 0
check "it goes" rmmod ghostmem
short || nothing_leaked "kmemleak finds nothing"
finish
