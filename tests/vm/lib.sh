# Checks for the guest's test scripts: each prints one "ok - NAME" or "not ok - NAME: DETAIL".
# shellcheck shell=sh

failed=0
# Otherwise any process, such as jq, may allocate or free the huge zero page that all processes share: 2
# MiB that no line of /proc/meminfo counts, and that would disturb comparisons with free memory.
zeros=/sys/kernel/mm/transparent_hugepage/use_zero_page
[ ! -w $zeros ] || echo 0 >$zeros
OUT=/tmp/out
ERR=/tmp/err

ok() { echo "ok - $1"; }

not_ok() {
	failed=$((failed + 1))
	echo "not ok - $1: ${2:-}"
}

# is NAME GOT WANT
is() {
	if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "got '$2', want '$3'"; fi
}

# check NAME COMMAND [ARG...]: passes if the command exits with 0; it writes to $OUT, and cannot read it
check() {
	name=$1
	shift
	if "$@" >"$OUT" 2>"$ERR"; then
		ok "$name"
	else
		not_ok "$name" "status $?: $(tail -n 3 "$OUT" "$ERR" 2>/dev/null | tr '\n' ' ')"
	fi
}

# status_of COMMAND [ARG...]: prints the exit status; output goes to $OUT and $ERR
status_of() {
	"$@" >"$OUT" 2>"$ERR"
	echo $?
}

# json FILTER COMMAND...: prints what jq's FILTER says of the command's output. If the command prints
# nothing, or the filter does not fit what it prints, that is said in brackets: otherwise a comparison
# with an empty string would pass without an answer.
json() {
	filter=$1
	shift
	"$@" | jq -n -r "(input, inputs) | $filter" || echo "(no answer from $*, or '$filter' does not fit it)"
}

# nothing_leaked NAME: kmemleak has nothing to report. It scans twice, because what is unreachable has
# to stay so for a while before it is reported; where it is switched off, it refuses to scan.
nothing_leaked() {
	for wait in 6 0; do
		if ! echo scan >/sys/kernel/debug/kmemleak; then
			not_ok "$1" "kmemleak does not scan"
			return
		fi
		sleep $wait
	done
	is "$1" "$(cat /sys/kernel/debug/kmemleak)" ""
}

# paced FULL LEAST: the number of rounds, packets or sockets at the runner's pace: PACE percent of FULL, but
# LEAST at least
paced() {
	number=$(($1 * ${PACE:-100} / 100))
	[ "$number" -ge "$2" ] || number=$2
	echo "$number"
}

# Whether only few rounds are asked for, as `make test` does.
short() { [ "${PACE:-100}" -lt 100 ]; }

# The lab driver's own count of what it did not free, in bytes.
forgotten() { cat /sys/module/gmlab_pci/parameters/forgotten_bytes; }

# seen MODULE: the bytes of all sites of the module.
seen() { json '[.sites[].live_bytes] | add // 0' leakctl sites --json --module "$1"; }

# hook_states [PREFIX]: of the hooks whose names begin with it, each state once, but for what this
# kernel has nothing to hook for, and for zsmalloc's hook where that is not there, or is a module.
hook_states() {
	zs=$(grep -c ' zs_page_migrate$' /proc/kallsyms)
	json '[.hooks[] | select((.name | startswith("'"${1-}"'")) and .state != "absent") |
		select(.name != "move_zs" or .state != "missing" or '"$zs"' > 0) | .state] |
		unique | join(",")' leakctl status --json
}

# Removes a PCI device from the running machine, and waits until the driver has let go of it.
unplug() { qmp --wait-event DEVICE_DELETED --timeout 60 device_del "{\"id\":\"$1\"}" >/dev/null; }

plug() { qmp device_add "{\"driver\":\"$1\",\"id\":\"$2\"}" >/dev/null; }

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
	tries=$(($1 * 10))
	shift
	while [ $tries -gt 0 ]; do
		"$@" && return 0
		tries=$((tries - 1))
		sleep 0.1
	done
	return 1
}

# near NAME GOT WANT [PERMILLE [NOISE]]: within 1 %, or so many thousandths, and NOISE bytes
near() {
	off=$(($2 - $3))
	if [ $((${off#-} * 1000)) -le $(($3 * ${4:-10} + ${5:-0} * 1000)) ]; then
		ok "$1 ($2, $off off)"
	else
		not_ok "$1" "got $2, want $3"
	fi
}

# apart PID: whether a process that was started by `unshare -n` is in its own network namespace already.
apart() { [ "$(readlink "/proc/$1/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }

# Whether this is the checking kernel, which keeps data of its own for every allocation (KASAN's
# quarantine and shadow, kmemleak, stack depot): free memory says nothing there, and kmemleak says more.
debug_kernel() {
	case $(uname -r) in
	*-debug) return 0 ;;
	*) return 1 ;;
	esac
}

# Free memory of the guest in bytes, with the free pages on per-CPU lists, tens of MiB that MemFree
# does not count. Both are read from /proc/zoneinfo, which shows each zone under its
# lock: between a read of MemFree and a read of the lists the kernel may drain a list (7.2 does so
# every second, by 4 MiB), and these pages would be in neither figure.
free_bytes() {
	awk '$1 == "pages" && $2 == "free" { free += $3 }
		$1 == "count:" { free += $2 }
		END { printf "%.0f", free * 4096 }' /proc/zoneinfo
}

# Free memory in bytes, after the caches that come and go by themselves have been dropped.
settled_free() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	sleep 1
	free_bytes
}

# Whether the driver has bound its device. Its link in sysfs appears before its probe has run; its own
# count does not.
bound() { [ "$(cat /sys/module/gmlab_pci/parameters/devices)" -gt 0 ]; }

finish() {
	[ "$failed" = 0 ]
	exit $?
}
