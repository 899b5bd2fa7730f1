# If the host disarms its kprobes, status says which hooks are deaf, for how long, and what they miss.
# not 6.1-debug: no path in the module that modes does not take
. /overlay/vm/lib.sh

armed=/sys/kernel/debug/kprobes/enabled
# The states, each once, of the hooks of KIND, without those that this kernel does not have.
states() {
	json "[.hooks[] | select(.kind == \"$1\" and (.state | IN(\"missing\", \"absent\") | not)) | .state] | unique | join(\",\")" \
		leakctl status --json
}
deaf_s() { json '[.hooks[] | .deaf_s // 0] | max' leakctl status --json; }
reasons() { json '[.verdict.reasons[] | select(contains("deaf"))] | length' leakctl status --json; }
# The value of the hook's metric: 1 is attached, 0 is deaf.
metric() { leakctl export --format prometheus | grep '^ghostmem_hook_attached{hook="alloc_contig"}' | cut -d' ' -f2; }

modprobe ghostmem mode=exact
is "all are attached" "$(states kretprobe)" attached
is "none ever was deaf" "$(deaf_s)" 0
is "and the metrics say so" "$(metric)" 1

echo 0 >$armed
is "disarmed: the kretprobes are deaf" "$(states kretprobe)" deaf
is "disarmed: tracepoints are not" "$(states tracepoint)" attached
is "disarmed: the metrics say so" "$(metric)" 0
check "disarmed: the verdict says so" test "$(reasons)" -ge 2
is "disarmed: its level" "$(json .verdict.level leakctl status --json)" warn
check "disarmed: in words" sh -c "leakctl status | tr -s ' \n' ' ' |
	grep -q 'alloc_contig has been deaf for [0-9]*s, when the host had its kprobes disarmed'"
sleep 2
check "disarmed: for two seconds" test "$(deaf_s)" -ge 2

echo 1 >$armed
is "armed again: attached" "$(states kretprobe)" attached
check "armed again: what was is not forgotten" test "$(deaf_s)" -ge 2
check "armed again: in words" sh -c "leakctl status | grep -q 'alloc_contig was deaf for'"
check "armed again: the verdict says so" test "$(reasons)" -ge 2
leakctl reset >/dev/null
is "after a reset it was never deaf" "$(deaf_s)" 0
is "nor does the verdict say so" "$(reasons)" 0

if sysctl -qw kernel.ftrace_enabled=0 2>/dev/null; then
	is "ftrace off: the kretprobes are deaf" "$(states kretprobe)" deaf
	sysctl -qw kernel.ftrace_enabled=1
	is "ftrace on: attached" "$(states kretprobe)" attached
else
	echo "skipped - ftrace off: this kernel has no kernel.ftrace_enabled, or does not let it be turned off"
fi

# The module also checks periodically by itself, without any request.
leakctl reset >/dev/null
echo 0 >$armed
sleep 3
echo 1 >$armed
check "it is noticed, though nobody asked meanwhile" test "$(deaf_s)" -ge 2

# The kretprobes for sk_buffs; some kernels need none.
of_skbs() { json "[.hooks[] | select((.name | startswith(\"skb_\")) and .kind == \"kretprobe\" and .state == \"$1\")] | length" leakctl status --json; }
leakctl config skb=on mode=off >/dev/null
probes=$(of_skbs attached)
if [ "$probes" -gt 0 ]; then
	echo 0 >$armed
	is "while sk_buffs alone are watched, too" "$(of_skbs deaf)" "$probes"
	echo 1 >$armed
else
	echo "skipped - while sk_buffs alone are watched: this kernel sees them without a kretprobe"
fi
check "the module goes" rmmod ghostmem
finish
