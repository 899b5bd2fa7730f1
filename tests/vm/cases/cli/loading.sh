# While the module is being loaded or unloaded, leakctl says so: nobody is sent to another network
# namespace. And what does not record has one answer, whichever command asks.
# not 6.1-debug 6.12-rt-lockdep: as modes
. /overlay/vm/lib.sh

# Asks all the time, and keeps what was said on standard error.
ask() {
	while [ ! -e /tmp/enough ]; do
		leakctl config >/dev/null 2>>/tmp/answers
	done
}

: >/tmp/answers
ask &
asking=$!
rounds=0
# A large table of sites takes a while to set up.
while [ $rounds -lt "$(paced 200 40)" ] && ! grep -q "still being loaded" /tmp/answers; do
	modprobe ghostmem mode=exact max_sites=200000
	rmmod ghostmem
	rounds=$((rounds + 1))
done
touch /tmp/enough
wait $asking
check "a module that is being loaded is told" grep -q "still being loaded; try again" /tmp/answers
is "nobody is sent to another network namespace" "$(grep -c "network namespace" /tmp/answers)" 0
is "and no answer is of another kind" \
	"$(grep -vE 'still being loaded|being unloaded|module not loaded|the module went away' /tmp/answers | sort -u)" ""

modprobe ghostmem mode=off
echo "of before" >/tmp/exported
wanted="leakctl: tracking is off; turn it on: leakctl config mode=sampled"
for words in "sites" "sites --json" "sites --sort rate" "trace --for 1s" "export --format json" \
	"export --format folded" "export --format prometheus" "export --format json -o /tmp/exported" \
	"export --format folded -o /tmp/exported"; do
	# shellcheck disable=SC2086 # several words
	is "mode off: $words fails" "$(status_of leakctl $words)" 3
	is "mode off: $words says why" "$(cat "$ERR")" "$wanted"
done
is "mode off: no file is replaced by an empty one" "$(cat /tmp/exported)" "of before"
is "mode off: Prometheus is told" "$(leakctl export --format prometheus 2>/dev/null | grep '^ghostmem_up')" "ghostmem_up 0"
rmmod ghostmem
finish
