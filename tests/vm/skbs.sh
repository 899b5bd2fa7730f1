# sk_buffs for the guest's test scripts: what leakctl says of them, and what the lab's driver lost.
# shellcheck shell=sh

skbs() { json "$1" leakctl status --json; }

# What a filter picks of the sites of sk_buffs.
sites() {
	filter=$1
	shift
	json "[.sites[] | $filter] | add // 0" leakctl sites --class skb --json "$@"
}

# The sk_buffs alive, without the request itself and its answer.
alive() { sites 'select(.symbol | startswith("netlink_") | not) | .live_skbs'; }
# What a process lets go of on one CPU, another may keep for its next softirq: each has one.
flush() {
	for cpu in 0 1; do
		taskset -c $cpu ping -c 1 127.0.0.1 >/dev/null
	done
}
none_alive() { flush && [ "$(alive)" = 0 ]; }

lab=/sys/module/gmlab_skbs/parameters
lost() { awk '{ sum += $2 } END { print sum }' $lab/lost; }
