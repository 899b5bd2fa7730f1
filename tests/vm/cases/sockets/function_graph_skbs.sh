# Under the function graph tracer every allocation of an sk_buff that a driver loses is seen, with its
# function.
# tier: soak on 6.1-debug
. /overlay/vm/lib.sh
. /overlay/vm/skbs.sh

tracing=/sys/kernel/tracing
[ -e $tracing/current_tracer ] || mount -t tracefs tracefs $tracing 2>/dev/null
if ! grep -qw function_graph $tracing/available_tracers 2>/dev/null; then
	echo "skipped - sk_buffs under the function graph tracer: this kernel has none"
	finish
	exit
fi

# All functions are too many for an emulated machine. Traced are those that allocate and free sk_buffs, and
# those of the page allocator, whose tracepoints show who called them.
trace() {
	# An empty filter stands for all functions: while a tracer runs, the kernel would patch all of them.
	echo nop >$tracing/current_tracer
	: >$tracing/set_ftrace_filter
	for functions in '*alloc_skb*' 'skb_clone' '__skb_clone' '*build_skb*' '*kfree_skb*' '*consume_skb*' \
		'kmalloc_reserve' 'kmem_cache_alloc*' 'kmem_cache_free' '*:mod:gmlab_skbs'; do
		echo "$functions" >>$tracing/set_ftrace_filter
	done 2>/dev/null
	echo function_graph >$tracing/current_tracer
}
# driver NAME: what the driver loses is found, function by function
driver() {
	modprobe gmlab_skbs
	[ "$(cat $tracing/current_tracer)" = nop ] ||
		check "$1: the driver's functions are traced" grep -q '^lose_\|^gmlab_' $tracing/set_ftrace_filter
	leakctl status --json >/tmp/status
	leakctl sites --class skb --json | jq -r --slurpfile status /tmp/status '
		[$status[0].hooks[] | select(.kind == "kretprobe") | .target] as $watched |
		[.sites[] |
			if .module == "gmlab_skbs" then .name = .symbol
			# If both the tracer and a kretprobe have replaced a return address, the stack ends (README, Limits).
			elif (.flags | any(. == "stack_cut")) and (.raw_stack[-1] | sub("[+].*"; "") | IN($watched[])) then .name = "cut"
			else empty end] |
		group_by(.name)[] | "\(.[0].name) \(map(.live_skbs) | add)"' | sort >/tmp/found
	sort $lab/lost >/tmp/lost
	is "$1: each function is named with its count" "$(grep -v '^cut ' /tmp/found | grep -vxFf /tmp/lost)" ""
	is "$1: all are found" "$(awk '{ sum += $2 } END { print sum }' /tmp/found)" "$(lost)"
	[ "$1" = "traced while watched" ] ||
		is "$1: no stack is cut" "$(grep '^cut ' /tmp/found)" ""
	is "$1: nothing is lost" "$(skbs '[.skb.lost[]] | add')" 0
	echo 1 >$lab/found
	is "$1: what is given back is gone" "$(sites .live_skbs --module gmlab_skbs)" 0
	rmmod gmlab_skbs
}

modprobe ghostmem mode=off skb=1
driver "not traced"
trace
driver "traced while watched"
check "it unloads while traced" rmmod ghostmem
trace
check "it arms while traced" modprobe ghostmem mode=off skb=1
is "and every hook of sk_buffs is attached" "$(hook_states skb_)" attached
driver "armed while traced"
echo nop >$tracing/current_tracer
check "the module unloads" rmmod ghostmem
finish
