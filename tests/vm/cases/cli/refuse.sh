# Users without permission get one line and exit status 3, wrong command lines exit status 2, and nothing
# changes.
# not 6.1-debug: no path in the module that netlink and modes do not take
. /overlay/vm/lib.sh

state() { json '"\(.module.mode) \(.module.generation) \(.tracker.sites_max)"' leakctl status --json; }

# Every command word, in a use that would change or show something.
each_word() {
	"$@" "status" status
	"$@" "sites" sites
	"$@" "reset" reset
	"$@" "config" config
	"$@" "config mode=off" config mode=off
	"$@" "trace" trace --for 1s --settle 0s
	"$@" "export json" export --format json
	"$@" "export folded" export --format folded
}

lines() { wc -l <"$1" | tr -d ' '; }

# fails NAME STATUS WORDS COMMAND...: that status, nothing on stdout, and one line with WORDS in it
fails() {
	what=$1
	want=$2
	words=$3
	shift 3
	got=$(status_of "$@")
	if [ "$got" != "$want" ]; then
		not_ok "$what" "status $got, want $want: $(head -n 3 "$ERR" | tr '\n' ' ')"
	elif [ "$(lines "$ERR")" != 1 ]; then
		not_ok "$what" "$(lines "$ERR") lines on stderr: $(tr '\n' '|' <"$ERR")"
	elif ! grep -qF -e "$words" "$ERR"; then
		not_ok "$what" "not a word of '$words': $(cat "$ERR")"
	elif [ -s "$OUT" ]; then
		not_ok "$what" "stdout is not empty: $(head -n 1 "$OUT")"
	else
		ok "$what"
	fi
}

# without_answer WHO WORDS COMMAND...: status without the module's answer prints the ledger, which is
# for everybody, says in one line what is missing, and exits with 3.
without_answer() {
	who=$1
	words=$2
	shift 2
	is "$who: status exits with 3" "$(status_of "$@")" 3
	is "$who: status says so in one line" "$(lines "$ERR")" 1
	is "$who: that line says what to do" "$(grep -cF -e "$words" "$ERR")" 1
	is "$who: status prints memory all the same" "$(grep -c '^Memory .*total' "$OUT")" 1
}

# Called by each_word, with $who, $words and $prefix set.
refused() {
	use=$1
	shift
	if [ "$use" = status ]; then
		# shellcheck disable=SC2086 # the prefix is a command with its arguments
		without_answer "$who" "$words" $prefix leakctl "$@"
		return
	fi
	# shellcheck disable=SC2086 # the prefix is a command with its arguments
	fails "$who: $use is refused" 3 "$words" $prefix leakctl "$@"
}

# refuses WHO WORDS PREFIX: every command of leakctl is refused if PREFIX runs it
refuses() {
	who=$1
	words=$2
	prefix=$3
	before=$(state)
	each_word refused
	is "$who: nothing has changed" "$(state)" "$before"
}

without_module() {
	use=$1
	shift
	if [ "$use" = status ]; then
		without_answer "no module" "modprobe ghostmem" leakctl status
		is "no module: status --json, too" \
			"$(json '"\(.module.loaded) \(.ledger.total_bytes > 0)"' leakctl status --json 2>/dev/null)" \
			"false true"
		return
	fi
	fails "no module: $use is refused" 3 "modprobe ghostmem" leakctl "$@"
}

each_word without_module
is "no module: export --format prometheus exits with 3" "$(status_of leakctl export --format prometheus)" 3

modprobe ghostmem mode=exact
drop='setpriv --reuid 65534 --regid 65534 --clear-groups'
check "root may" leakctl status
refuses "an unprivileged user" "CAP_NET_ADMIN" "$drop"
refuses "root of a user namespace" "CAP_NET_ADMIN" "unshare -Ur"
refuses "an unprivileged user's own root" "CAP_NET_ADMIN" "$drop unshare -Ur"
refuses "root without CAP_NET_ADMIN" "CAP_NET_ADMIN" "setpriv --bounding-set -net_admin"
refuses "root of another network namespace" "network namespace" "unshare -n"
refuses "root of user and network namespaces" "network namespace" "unshare -Urn"
# capabilities.sh checks which capabilities each operation needs.
# shellcheck disable=SC2086 # the prefix is a command with its arguments
without_answer "CAP_NET_ADMIN alone" "CAP_PERFMON" $drop \
	--inh-caps +net_admin --ambient-caps +net_admin leakctl status
check "root may still" leakctl status

# nonsense ARGUMENT-TO-BE-NAMED COMMAND-LINE...
nonsense() {
	named=$1
	shift
	fails "nonsense: leakctl $*" 2 "$named" leakctl "$@"
}

before=$(state)
nonsense "which command"
nonsense frobnicate frobnicate
nonsense --frobnicate --frobnicate
nonsense --frobnicate status --frobnicate
nonsense extra status extra
nonsense --sort status --sort bytes
nonsense --top reset --top 3
nonsense --sort sites --sort sideways
nonsense --sort sites --sort
nonsense --top sites --top 0
nonsense --top sites --top -3
nonsense --top sites --top 1e3
nonsense --class sites --class nonsense
nonsense --module sites --module ''
nonsense --min-age sites --min-age banana
nonsense --min-age sites --min-age -1s
nonsense --min-bytes sites --min-bytes 12Q
nonsense --min-bytes sites --min-bytes 99999999999999999999
nonsense --interval sites --sort rate --interval 0s
nonsense --for trace
nonsense --for trace --for 0s
nonsense --for trace --for soon
nonsense --settle trace --for 1s --settle -1s
nonsense --sort trace --for 1s --sort rate
nonsense --format export
nonsense --format export --format xml
nonsense colour config colour=red
nonsense fast config mode=fast
nonsense mode config mode
nonsense mode config mode=
nonsense mode config mode=off mode=exact
nonsense now reset now
is "nonsense: nothing has changed" "$(state)" "$before"
finish
