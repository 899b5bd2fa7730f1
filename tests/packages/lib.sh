# Check functions for scripts that run in a root or in its VM; each line printed names $suite.
# shellcheck shell=bash

failed=0
: "${suite:?}"
log=${log:-/dev/null}

ok() { echo "ok - $suite: $1"; }

not_ok() { # NAME DETAIL
	echo "not ok - $suite: $1${2:+: $2}"
	failed=1
}

# is NAME GOT WANT
is() {
	if [[ $2 == "$3" ]]; then ok "$1"; else not_ok "$1" "got '${2//$'\n'/|}', want '${3//$'\n'/|}'"; fi
}

# check NAME COMMAND [ARG...]: passes if COMMAND exits with 0; its output is in $said
check() {
	local name=$1 status=0
	shift
	said=$("$@" 2>&1) || status=$?
	printf '== %s\n%s\n' "$name" "$said" >>"$log"
	if [[ $status -eq 0 ]]; then
		ok "$name"
	else
		not_ok "$name" "status $status: $(tail -n 5 <<<"$said" | tr '\n' '|')"
	fi
}

# refused NAME STATUS WORDS COMMAND [ARG...]: passes if COMMAND exits with STATUS and prints one line on
# stderr that contains WORDS
refused() {
	local name=$1 want=$2 words=$3 status=0
	shift 3
	said=$("$@" 2>&1 >/dev/null) || status=$?
	if [[ $status -ne $want ]]; then
		not_ok "$name" "status $status, want $want: $said"
	elif [[ $(wc -l <<<"$said") -ne 1 || $said != *"$words"* ]]; then
		not_ok "$name" "it says '${said//$'\n'/|}', want one line with '$words'"
	else
		ok "$name"
	fi
}

# apt ARG...: runs apt-get without questions, without making an initramfs, and quietly
apt() {
	DEBIAN_FRONTEND=noninteractive INITRD=No APT_LISTCHANGES_FRONTEND=none \
		apt-get -y -q --no-install-recommends "$@"
}

finish() {
	[[ $failed -eq 0 ]]
	exit $?
}
