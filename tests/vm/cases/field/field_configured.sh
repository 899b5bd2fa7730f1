# Memory that somebody has configured (a capture ring, trace buffers) is told with its owner or its knob, and is
# no leak, whether the module was loaded before or after.
# not 6.1-debug: of the module it takes what ledger_holders takes, the rest is in user space
. /overlay/vm/field.sh

for order in $orders; do
	for how in "" --unmapped; do
		name="capture ring${how:+, not mapped}, $order"
		! short || [ -z "$how" ] || [ "$order" = late ] || continue
		arrive "$order"
		# shellcheck disable=SC2086 # no word if it is empty
		make ring 3 4096 65536 $how
		see "$order"
		is "$name: its size" "$(holder packet_rings)" $((256 * mib))
		says "$name: whose it is" "gmsock[$pid]"
		is "$name: nobody is accused" "$(level)" ok
		unmake
		leave "$name"
	done
done

mount -t tracefs none /sys/kernel/tracing 2>/dev/null
knob=/sys/kernel/tracing/buffer_size_kb
if [ -e $knob ]; then
	was=$(grep -o '[0-9]*' $knob | head -n 1)
	for order in $orders; do
		name="trace buffers, $order"
		arrive "$order"
		echo 65536 >$knob
		see "$order"
		near "$name: their size" "$(holder ftrace)" \
			$(($(cat /sys/kernel/tracing/buffer_total_size_kb) * 1024))
		says "$name: where it is set" "set in $knob"
		is "$name: nobody is accused" "$(level)" ok
		echo "$was" >$knob
		leave "$name"
	done
else
	echo "skipped - trace buffers: this kernel has no tracefs"
fi
finish
