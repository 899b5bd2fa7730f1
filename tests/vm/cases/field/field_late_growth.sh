# Who loads the module while something leaks already sees who goes on leaking: a ring that loses pages, and small
# objects that are never freed.
# tier: soak
# not 6.1-debug 6.12-rt-lockdep: its rates are of a machine that is not so slow
# waits: yes
. /overlay/vm/field.sh

parameter() { cat "/sys/module/$1/parameters/lost"; }
# rate MODULE BYTES FROM LOST: by its own count, bytes a second since then
rate() {
	awk -v lost=$(($(parameter "$1") - $4)) -v bytes="$2" -v from="$3" \
		'{ printf "%.0f", lost * bytes / ($1 - from) }' /proc/uptime
}
# grows MODULE FUNCTION BYTES: the function is first of those that grow, at the rate that the module counts
grows() {
	from=$(cut -d ' ' -f 1 /proc/uptime) lost=$(parameter "$1")
	leakctl trace --for 60s --settle 1s --json >/tmp/trace.json
	is "$1: trace has it first" "$(jq -r '.sites[0].symbol' /tmp/trace.json)" "$2"
	first() { json ".sites[0] | $1" leakctl sites --sort growth --json; }
	known() { [ "$(first .symbol)" = "$2" ] && [ "$(first '.growth | length')" -gt 0 ]; }
	check "$1: growth is known" wait_for 60 known "$@"
	sleep 30
	said_rate=$(first '.growth[0].bytes_per_s')
	true_rate=$(rate "$1" "$3" "$from" "$lost")
	check "$1: at its rate ($said_rate of $true_rate bytes a second)" \
		jq -en "$said_rate / $true_rate | . > 0.8 and . < 1.2"
	accused() { leakctl status | tr -s ' \n' ' ' | grep -q "$2.* grows by"; }
	check "$1: the verdict says so" wait_for 120 accused "$@"
}

# The ring turns over once in 16 s, so that all its pages are known by then.
modprobe gmlab_ring refill=8192 lose=256
modprobe ghostmem mode=exact
grows gmlab_ring gmlab_ring_page 4096
rmmod gmlab_ring
leave ring

modprobe gmlab_slab
modprobe ghostmem mode=exact
grows gmlab_slab gmlab_slab_take 64
is "gmlab_slab: its class" "$(first .class)" slab
rmmod gmlab_slab
leave slab
finish
