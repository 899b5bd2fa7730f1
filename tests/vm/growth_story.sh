# The leak and the fluctuating cache of gmlab_grow, for the guest's test scripts that watch it grow.
# shellcheck shell=sh

parameter() { cat "/sys/module/gmlab_grow/parameters/$1"; }
uptime_s() { cut -d ' ' -f 1 /proc/uptime; }
# sites FILTER [ARG...]: FILTER of the sites of gmlab_grow, in descending order of growth
sites() {
	filter=$1
	shift
	json "$filter" leakctl sites --module gmlab_grow --sort growth --json "$@"
}
# of SYMBOL FILTER: FILTER of the site of a function
of() { sites ".sites[] | select(.symbol == \"$1\") | $2"; }
# A function that has never held anything has no site yet; the cache always holds a little.
known() { [ "$(sites '.sites | map(select(.growth != [])) | length > 1')" = true ]; }
id() { of gmlab_grow_leak .id; }
leaks() { [ "$(id)" ]; }
both() { [ "$(sites '[.sites[] | select(.symbol != "gmlab_grow_first")] | length')" = 2 ]; }
again() { [ "$(sites '[.sites[] | select(.symbol == "gmlab_grow_leak")] | length')" = 2 ]; }

# measure NAME: leak and cache were running when recording began, and still are
measure() {
	began=$(uptime_s) leaked=$(parameter leaked)
	wait_for 20 both
	leakctl sites --module gmlab_grow --sort growth >/tmp/early
	is "$1: at first growth is not known" "$(of gmlab_grow_leak '.growth | length')" 0
	check "$1: and the listing says when it will be" grep -q '^growth is known after' /tmp/early
	check "$1: growth is known in time" wait_for 60 known
	leakctl sites --module gmlab_grow --sort growth --json >/tmp/growth
	true_rate=$(awk -v pages=$(($(parameter leaked) - leaked)) -v from="$began" \
		-v to="$(uptime_s)" 'BEGIN { printf "%d", pages * 4096 / (to - from) }')
	rate() { jq "[.sites[] | select(.symbol == \"$1\") | .growth[0].bytes_per_s] | add" /tmp/growth; }
	is "$1: the leak is first" "$(jq -r '.sites[0].symbol' /tmp/growth)" gmlab_grow_leak
	is "$1: what breathes is last" "$(jq -r '.sites[-1].symbol' /tmp/growth)" gmlab_grow_breathe
	check "$1: though it has held more" test "$(parameter peak)" -gt \
		"$(jq '.sites[0].live_pages' /tmp/growth)"
	# A busy host gives the guest now more time, now less: the two figures are not from the same span of time.
	check "$1: the leak's rate ($(rate gmlab_grow_leak) of $true_rate bytes a second)" \
		jq -en "$(rate gmlab_grow_leak) / $true_rate | . > 0.6 and . < 1.6"
	check "$1: what breathes does not grow ($(rate gmlab_grow_breathe))" \
		jq -en "$(rate gmlab_grow_breathe) / $true_rate | fabs < 0.05"
	leakctl sites --module gmlab_grow --sort growth >/tmp/text
	check "$1: in words" grep -qE '\+[0-9.]+ MiB/min .* gmlab_grow_leak' /tmp/text
	check "$1: as a metric" sh -c "leakctl export --format prometheus --module gmlab_grow |
		grep -q '^ghostmem_site_growth_bytes_per_second{site=\"$(id)\"'"
}
