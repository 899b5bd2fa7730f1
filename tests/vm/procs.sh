# What the cases about processes share.
# shellcheck shell=sh

tools=/overlay/tools
# Findings are read of what was said last.
said=/tmp/procs.json

# made NAME SCENARIO...: runs gmproc in the background; its pid is in $maker, what it says in /tmp/NAME
made() {
	maker_said=/tmp/$1
	shift
	: >"$maker_said"
	$tools/gmproc "$@" >"$maker_said" 2>&1 &
	# shellcheck disable=SC2034 # the cases use it
	maker=$!
	check "gmproc $*" wait_for 120 grep -q '^ready' "$maker_said"
}

# told KEY: what gmproc said of it
told() { sed -n "s/^ready.* $1=\([^ ]*\).*/\1/p" "$maker_said"; }

interval=1s
look() { leakctl procs --json --all --interval $interval >$said; }

# finding WORD PID FILTER: of that finding about that process, what jq's FILTER says; empty: there is none
finding() {
	jq -r --arg word "$1" --argjson pid "$2" \
		"first(.procs[] | select(.finding == \$word and .pid == \$pid)) | $3" $said
}

# accused WORD PID: whether there is such a finding that is more than possible
accused() {
	look
	[ "$(finding "$1" "$2" .confidence)" = certain ] || [ "$(finding "$1" "$2" .confidence)" = likely ]
}
acquitted() { ! accused "$@"; }

# has NAME WORD PID TEXT: the finding's evidence, sentence and remedy have the text
has() {
	if finding "$2" "$3" '(.evidence + [.sentence, .remedy])[]' | grep -qF -- "$4"; then
		ok "$1"
	else
		not_ok "$1" "no '$4' in: $(finding "$2" "$3" '(.evidence + [.sentence, .remedy])[]' | tr '\n' ';')"
	fi
}

state_of() { sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 1; }
in_state() { [ "$(state_of "$1")" = "$2" ]; }
# zombies_of PID: its children that are zombies, as the kernel lists them
zombies_of() {
	for child in $(cat /proc/"$1"/task/*/children); do
		in_state "$child" Z && echo "$child"
	done
}
