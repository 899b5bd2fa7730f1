# Sockets are counted while they close, fork, travel and lose their namespaces, for ten minutes in
# all rounds, and the kernel that looks closest has nothing to say.
# kernel: 6.1-debug
# vm: --mem 2G --timeout 1800
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh

seconds=600 many=50
if [ "${PACE:-100}" -lt 100 ]; then seconds=15 many=5; fi
log=/tmp/churn

now() { cut -d . -f 1 /proc/uptime; }
running() { kill -0 "$churn" 2>/dev/null; }

modprobe ghostmem
census
sockets_before=$(counted .census.sockets)
began=$(now)
$tools/gmsock churn "$seconds" 4 >$log 2>&1 &
churn=$!
rounds=0
bad=0
most=0
namespaces=0
while running; do
	leakctl sockets --json >$CENSUS 2>"$ERR" && jq -e '.sockets | type == "array"' $CENSUS >/dev/null ||
		bad=$((bad + 1))
	rounds=$((rounds + 1))
	seen=$(counted .census.sockets)
	[ "${seen:-0}" -le $most ] || most=$seen
	seen=$(counted .census.namespaces)
	[ "${seen:-0}" -le $namespaces ] || namespaces=$seen
done
check "the churn came to its end ($(cat $log))" wait "$churn"
took=$(($(now) - began))
check "it went on for $seconds seconds of the guest's time" test $took -ge "$seconds"
check "there was much to count" test "$(sed -n 's/^steps \([0-9]*\).*/\1/p' $log)" -gt "$seconds"
check "at least one step in two was done" sh -c "awk '{ exit !(\$2 > \$4) }' $log"
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
# What nobody points to has to stay so for a while before it is reported.
echo scan >/sys/kernel/debug/kmemleak
sleep 6
echo scan >/sys/kernel/debug/kmemleak
is "kmemleak finds nothing" "$(cat /sys/kernel/debug/kmemleak)" ""
finish
