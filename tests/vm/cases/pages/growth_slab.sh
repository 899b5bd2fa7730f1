# A driver that loses small objects: slab is no ghost, but it is listed and warned of when it grows. A cache that
# the kernel can reclaim grows as well, and nobody is accused of it.
# tier: soak
# not 6.1-debug 6.12-rt-lockdep: its rates are of a machine that is not so slow
# waits: yes
. /overlay/vm/lib.sh

lost() { cat /sys/module/gmlab_slab/parameters/lost; }
first() { json ".sites[0] | $1" leakctl sites --sort growth --json; }
grown() { [ "$(first .symbol)" = gmlab_slab_take ] && [ "$(first '.growth | length')" -gt 0 ]; }
verdict() { json '.verdict | .level, .reasons[]' leakctl status --json; }
accused() { verdict | grep -q 'gmlab_slab_take \[gmlab_slab\] holds .* of class slab and grows by'; }
reclaimable_kib() { awk '$1 == "KReclaimable:" || $1 == "SReclaimable:" { print $2; exit }' /proc/meminfo; }
unreclaimable_kib() { awk '$1 == "SUnreclaim:" { print $2 }' /proc/meminfo; }

# Looks up names that do not exist: each leaves a dentry behind, until somebody needs the memory.
modules=/lib/modules/$(uname -r)
names=0
miss() {
	end=$((names + 400))
	while [ $names -lt $end ]; do
		[ ! -e "$modules/such.$names" ] || return 1
		names=$((names + 1))
	done
}

for mode in exact sampled; do
	modprobe ghostmem mode=$mode

	before=$(reclaimable_kib)
	began=$(cut -d . -f 1 /proc/uptime)
	while [ "$(cut -d . -f 1 /proc/uptime)" -lt $((began + 80)) ]; do
		miss
	done
	grew=$(($(reclaimable_kib) - before))
	check "$mode: dentries grew all the time ($grew KiB)" [ "$grew" -gt 2000 ]
	is "$mode: nobody is accused of them" "$(verdict | head -n 1)" ok
	is "$mode: they are seen to be reclaimable" "$(json '[.sites[] | select((.symbol | test("d_alloc")) and
		.live_bytes > 1000000) | .flags | index("reclaimable") != null] | unique | tostring' \
		leakctl sites --class slab --json)" "[true]"

	before=$(unreclaimable_kib)
	modprobe gmlab_slab
	check "$mode: a leak of objects is the first of those that grow" wait_for 60 grown
	# A window of ten seconds has some sixty samples: too few for a rate.
	if [ $mode = exact ]; then
		true_rate=$((50000 * 64))
		rate=$(first '.growth[0].bytes_per_s')
		check "$mode: at its rate ($rate of $true_rate bytes a second)" \
			jq -en "$rate / $true_rate | . > 0.8 and . < 1.2"
	fi
	is "$mode: it is told as slab of the driver" "$(first '.class + " " + .module')" "slab gmlab_slab"
	is "$mode: that cannot be reclaimed" "$(first '.flags | index("reclaimable") == null')" true
	check "$mode: the verdict warns of it" wait_for 150 accused
	is "$mode: and does no more than warn" "$(verdict | head -n 1)" warn
	leakctl status >/tmp/text
	check "$mode: status lists it" grep -q "slab .*gmlab_slab .*gmlab_slab_take" /tmp/text
	check "$mode: and says what its class is" grep -q "BYTES.* CLASS" /tmp/text
	held=$(first .live_bytes)
	slab=$((($(unreclaimable_kib) - before) * 1024))
	# More than five hundred samples: a fourth is more than five standard deviations, so the odds are below one
	# in a million.
	[ $mode = exact ] && permille=100 || permille=250
	near "$mode: what it holds is what SUnreclaim has grown by" "$held" "$slab" $permille
	near "$mode: and what the driver has counted" "$held" $(($(lost) * 64)) $permille
	rmmod gmlab_slab
	check "$mode: the module unloads" rmmod ghostmem
done
finish
