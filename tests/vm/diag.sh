# Sockets compared with ss, for the guest's test scripts: gmpeer makes them, leakctl and ss say what they
# hold.
# shellcheck shell=sh

made=/tmp/made
peers=

# made_by PREFIX... -- KIND=BYTES...: has gmpeer make sockets; its lines are in $made
made_by() {
	: >"$made"
	prefix=
	while [ "$1" != -- ]; do
		prefix="$prefix $1"
		shift
	done
	shift
	# shellcheck disable=SC2086 # the prefix is a command with its arguments
	$prefix /overlay/tools/gmpeer "$@" >"$made" 2>&1 &
	peers="$peers $!"
	wait_for 60 grep -q '^ready' "$made" || not_ok "gmpeer $*" "$(tail -n 2 "$made")"
}

# field KIND END NUMBER: a word of gmpeer's line: 3 the pid, 4 the descriptor, 5 the inode
field() { awk -v kind="$1" -v end="$2" '$1 == kind && $2 == end { print $'"$3"' }' "$made"; }

# ours INODE FILTER: what leakctl says about a socket
ours() {
	leakctl sockets --json --inode "$1" 2>&1 | jq -r ".sockets[0] | $2"
}

# theirs INODE SS-ARGUMENT...: what ss says: skmem without what ss alone knows
theirs() {
	inode=$1
	shift
	"$@" | tr '\n' ' ' | sed 's/skmem:/\nskmem:/g' >/tmp/ss
	# The inode stands before its skmem, on the line that begins with the socket before's. Of a
	# unix socket it is behind its name; the peer's comes later.
	awk -v want="(ino:|u_[a-z]+ +[A-Z-]+ +[0-9]+ +[0-9]+ +[^ ]+ +)$inode " '
		previous ~ want { sub(/^skmem:\(/, ""); sub(/\).*/, ""); print; exit }
		{ previous = $0 }' /tmp/ss
}

# Without drops, which a sender that probes for room increases all the time.
skmem='.meminfo | "r\(.rmem_alloc_bytes),rb\(.rcvbuf_bytes),t\(.wmem_alloc_bytes),tb\(.sndbuf_bytes),f\(.fwd_alloc_bytes),w\(.wmem_queued_bytes),o\(.optmem_bytes),bl\(.backlog_bytes)"'

# The truesize of a queue in the letters of ss: r for what was received, w for what TCP sends, otherwise t.
part() { echo "$1" | sed -nE "s/^(.*,)?$2([0-9]+)(,.*)?$/\2/p"; }

# both INODE SS...: what each says, between two times that ss says the same
both() {
	said=$(theirs "$@")
	leakctl sockets --json --inode "$1" >/tmp/ours 2>&1
	[ "$said" = "$(theirs "$@")" ]
}

# agrees NAME KIND END SENT SS...: of the socket of that kind and end; SENT is w or t
agrees() {
	inode=$(field "$2" "$3" 5)
	name=$1
	sent=$4
	shift 4
	check "$name: is at rest" wait_for 20 both "$inode" "$@"
	is "$name: every counter is as ss -m has it" "$(jq -r ".sockets[0] | $skmem" /tmp/ours)" "${said%,d*}"
	sum=$(($(part "$said" r) + $(part "$said" "$sent") + $(part "$said" bl)))
	is "$name: truesize is what ss -m charges" "$(jq '.sockets[0].truesize_bytes' /tmp/ours)" "$sum"
	is "$name: the queues add up to it" \
		"$(jq '[.sockets[0].queues[].truesize_bytes // 0] | add // 0' /tmp/ours)" "$sum"
}

# something NAME KIND END: the socket holds something at all, so that there is something to compare
something() {
	[ "$(ours "$(field "$2" "$3" 5)" .truesize_bytes)" -gt 0 ] || not_ok "$1: holds something"
}
