# Memory that a process has unmapped and that io_uring or pipes keep is told with its amount and its owner,
# whether the module was loaded before or after.
# not 6.1-debug: of the module it takes what let_go takes, the rest is in user space
# needs: CONFIG_PROC_PAGE_MONITOR
. /overlay/vm/field.sh

# hold SCENARIO MIB
hold() {
	$tools/gmletgo "$1" "$2" >/tmp/ready 2>"$ERR" &
	holder=$!
	wait_for 60 grep -q ready /tmp/ready || not_ok "gmletgo $1" "$(cat "$ERR")"
}

# witnessed SCENARIO HOLDER MIB WORDS
witnessed() {
	for order in $orders; do
		! short || [ "$order" != sampled ] || continue
		arrive "$order"
		hold "$1" "$3"
		see "$order"
		name="$1, $order"
		near "$name: as much as it holds" "$(holder "$2")" $(($3 * mib)) 10 $noise
		says "$name: and who" "$4 of gmletgo[$holder]: $3.0 MiB"
		keeps_quiet "$name: nobody else is accused" " behind"
		check "$name: what somebody has asked for is no leak ($(level))" [ "$(level)" != leak ]
		before=$(settled_free)
		kill $holder
		wait $holder 2>/dev/null
		near "$name: as much as is free when it goes" $(($(settled_free) - before)) $(($3 * mib)) \
			10 $((6 * mib))
		leave "$name"
	done
}

if $tools/gmletgo registered 1 2>/dev/null >/tmp/ready & sleep 1 && grep -q ready /tmp/ready; then
	kill $!
	hold registered 4
	is "the kernel accounts for what is registered" \
		"$(awk '/^VmPin:/ { print $2 }' /proc/$holder/status)" 4096
	kill $holder
	witnessed registered let_go 256 io_uring
else
	echo "skipped - io_uring: this kernel has none"
fi
witnessed pipes let_go 200 pipes
witnessed written pipes 200 pipes
finish
