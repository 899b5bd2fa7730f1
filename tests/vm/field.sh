# What the cases from the field share: an operator looks at `leakctl status`, either on a host where the
# module was loaded before it happened (in mode exact or sampled), or loads it afterwards (late).
# shellcheck shell=sh

. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh
. /overlay/vm/ledger.sh

orders="exact sampled late"
# Pages on their way to be freed lie on per-CPU lists and in batches, and are in no figure of the case itself.
# shellcheck disable=SC2034 # for the cases
noise=$((2 * mib))

# arrive ORDER: before it happens
arrive() { [ "$1" = late ] || modprobe ghostmem mode="$1"; }
# see ORDER: after it has happened; what status says is kept, as JSON and in one line of text
see() {
	if [ "$1" = late ] && ! [ -e /sys/module/ghostmem ]; then modprobe ghostmem mode=exact; fi
	settle
	look
	leakctl status | tr -s ' \n' ' ' >/tmp/page
}
leave() { check "$1: the module unloads" rmmod ghostmem; }

level() { told .verdict.level; }
# says NAME TEXT: the page has the text
says() {
	if grep -qF -- "$2" /tmp/page; then ok "$1"; else not_ok "$1" "no '$2' in: $(cat /tmp/page)"; fi
}
# keeps_quiet NAME TEXT: the verdict does not have it
keeps_quiet() {
	if told '.verdict.reasons[]' | grep -qF -- "$2"; then
		not_ok "$1" "$(told '.verdict.reasons[]' | tr '\n' ' ')"
	else
		ok "$1"
	fi
}
# finding RULE FILTER: of the first finding of a rule
finding() { told "first(.verdict.findings[] | select(.rule == \"$1\")) | $2"; }
# How far the sum of the sites of ghosts may be off.
ghost_margin() { told '.ghost.sites_margin_bytes // 0'; }
