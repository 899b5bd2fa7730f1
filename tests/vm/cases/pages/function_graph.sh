# Under the function graph tracer, or with another kretprobe on the bulk allocator, all pages of a leak
# are named.
# tier: soak on 6.1-debug
# vm: --device edu,id=edu0
. /overlay/vm/lib.sh

tracing=/sys/kernel/tracing
[ -e $tracing/current_tracer ] || mount -t tracefs tracefs $tracing 2>/dev/null
# All functions are too many for an emulated machine: those on the way from the driver core by the leaker
# and the allocators to the hooks, and the hooks, if any of them can be traced.
filter() {
	: >$tracing/set_ftrace_filter
	for functions in '*alloc_pages*' '*get_free_pages*' '*vmalloc*' '*page_frag*' '__traceiter_mm_page*' \
		'*local_pci_probe*' '*pci_device_probe*' '*really_probe*' '*driver_attach*'; do
		echo "$functions" >>$tracing/set_ftrace_filter
	done 2>/dev/null
}
# The functions of a module leave the filter when it is unloaded. A pattern for a module waits for one
# load of it.
tracer() {
	if [ "$1" != nop ]; then
		for module in gmlab_pci ghostmem; do
			echo "*:mod:$module" >>$tracing/set_ftrace_filter
		done 2>/dev/null
	fi
	echo "$1" >$tracing/current_tracer
}
status() { json "$1" leakctl status --json; }
# What the leaking driver allocated by each function, in their order. Only exact mode has it to the byte.
doors() {
	json '[.sites[] | select(.symbol | startswith("gmlab_take_"))] | group_by(.symbol) |
		map("\(.[0].symbol[11:])=\(map(.live_bytes) | add)") | join(" ")' \
		leakctl sites --json --module gmlab_pci
}
want="bulk=$((2 * 64 * 4096)) exact=$((16 * 5 * 4096)) frag=$((96 * 2048)) gfp=$((16 * 4 * 4096))"
want="$want order3=$((16 * 8 * 4096)) order5=$((4 * 32 * 4096)) page=$((64 * 4096)) vmalloc=$((4 * 64 * 4096))"
# Sites that have a trampoline of any name among their frames, or no frames. The tracer itself allocates
# memory in functions whose names begin with ftrace_.
bogus='^(return_to_handler|(arch_rethook|(__)?kretprobe)_trampoline|ftrace_(regs_)?caller(_end)?|ftrace_graph_caller)[+]|^[(]no'
nameless() {
	json "[.sites[] | select((.raw_stack | any(test(\"$bogus\"))) or (.raw_stack | length == 0))] | length" \
		leakctl sites --json --class all
}
# leaker NAME: loads the leaking driver, checks that it is named, and unloads it
leaker() {
	modprobe gmlab_pci
	wait_for 20 bound
	[ "$(cat $tracing/current_tracer)" = nop ] ||
		check "$1: the leaker's functions are traced" grep -q '^gmlab_' $tracing/set_ftrace_filter
	is "$1: each door is named with its bytes" "$(doors)" "$want"
	is "$1: no site is nobody's" "$(nameless)" 0
	is "$1: nothing is lost" "$(status '[.lost[]] | add')" 0
	rmmod gmlab_pci
}

bulk=$(grep -oE ' (__)?alloc_pages_bulk(_noprof)?$' /proc/kallsyms | head -n 1 | tr -d ' ')
# kretprobe on|off: another one on the bulk allocator, younger than ours
kretprobe() {
	if [ "$1" = on ]; then
		echo "r:gmlab/bulk $bulk" >>$tracing/kprobe_events
	else
		echo 0 >$tracing/events/gmlab/bulk/enable
		echo "-:gmlab/bulk" >>$tracing/kprobe_events
		return
	fi
	echo 1 >$tracing/events/gmlab/bulk/enable
}

if grep -qw function_graph $tracing/available_tracers 2>/dev/null; then graph=1; else graph=; fi
[ "$graph" ] || echo "skipped - under the function graph tracer: this kernel has none"
[ -n "$bulk" ] && [ -e $tracing/kprobe_events ] && other=1 || other=
[ "$other" ] || echo "skipped - beside another kretprobe: this kernel has no bulk allocator, or no kprobe events"

modprobe ghostmem mode=exact
if [ "$graph" ]; then
	filter
	tracer function_graph
	leaker "traced while armed"
	tracer nop
fi
leaker "not traced"
if [ "$graph" ]; then
	tracer function_graph
	check "it unloads while traced" rmmod ghostmem
	check "it arms while traced" modprobe ghostmem mode=exact
	is "and all hooks are attached" "$(hook_states)" attached
	leaker "armed while traced"
	if ! short; then
		for _ in 1 2; do
			tracer nop
			tracer function_graph
		done
		leaker "traced again"
	fi
	tracer nop
fi
if [ "$other" ]; then
	kretprobe on
	leaker "beside another kretprobe"
fi
if [ "$other" ] && [ "$graph" ]; then
	# The tracer's trampoline lies below the other one's, where the unwinder does not look.
	tracer function_graph
	modprobe gmlab_pci
	wait_for 20 bound
	is "both: what is the tracepoint's is named" "$(doors | tr ' ' '\n' | grep -cE '^(page|order3|order5|gfp|exact|frag)=')" 6
	is "both: no byte is lost" "$(json '([.sites[] | select(.module == "gmlab_pci" or (.flags | any(. == "no_caller"))) |
		select(.class == "direct" or .class == "vmalloc" or .class == "other") | .live_bytes] | add) >=
		'"$(cat /sys/module/gmlab_pci/parameters/held_bytes)" leakctl sites --json --class all)" true
	hidden=$(status '.lost.no_caller | if type == "number" then . > 0 else "not known" end')
	flagged=$(json '[.sites[] | select(.flags | any(. == "no_caller"))] | length > 0' leakctl sites --json --class all)
	is "both: events without a caller are counted if a site is flagged, and only then" "$hidden" "$flagged"
	rmmod gmlab_pci
	tracer nop
fi
[ "$other" ] && kretprobe off
rmmod ghostmem

# A sample every 8 KiB: by each door there are 192 KiB or more, and no sample at all at odds of e^-24.
sampled() {
	modprobe gmlab_pci
	wait_for 20 bound
	is "$1: samples are the leaker's doors'" "$(doors | tr ' ' '\n' | sed 's/=.*//' | tr '\n' ' ')" \
		"bulk exact frag gfp order3 order5 page vmalloc "
	is "$1: no sample is nobody's" "$(nameless)" 0
	rmmod gmlab_pci
}
modprobe ghostmem interval_kib=8 budget_ppm=0
if [ "$graph" ]; then
	tracer function_graph
	sampled "sampled, traced"
	tracer nop
fi
short || sampled "sampled, not traced"
check "the module unloads" rmmod ghostmem
finish
