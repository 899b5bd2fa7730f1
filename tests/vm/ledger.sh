# The ledger, for the guest's test scripts: one answer of leakctl is kept, and its parts are read from it.
# shellcheck shell=sh

# shellcheck disable=SC2034 # for the cases
mib=1048576
REPORT=/tmp/status
look() { leakctl status --json >$REPORT 2>"$ERR" || not_ok "leakctl status" "$(cat "$ERR")"; }
told() { jq -r "$1" $REPORT; }
holder() { told ".holders[] | select(.name == \"$1\") | .bytes"; }
part() { told ".ledger.parts[] | select(.name == \"$1\") | .bytes"; }
# closes SITUATION: the residual of the ledger is at most 1 % of memory
closes() {
	look
	check "$1: the books close ($(told .ledger.residual_bytes) of $(told .ledger.total_bytes) bytes)" \
		[ "$(told '.ledger | (.residual_bytes | fabs) * 100 <= .total_bytes')" = true ]
	is "$1: they are counted" "$(told .ledger.counted)" true
	is "$1: the sum is the total" "$(told '.ledger | .free_bytes + .applications_bytes +
		.kernel_bytes + .ghost_bytes + .residual_bytes - .total_bytes')" 0
	# The same check on the ledger that is made of /proc alone, without the census of page frames.
	off=$(($(told .ledger.ghost_bytes) - $(ghost_bytes) + $(part huge_pages)))
	check "$1: ghosts are what is left over (off by $off)" \
		[ ${off#-} -le $(($(told .ledger.total_bytes) / 100)) ]
}
try() { modprobe "$1" 2>/dev/null; }
