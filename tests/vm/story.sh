# Stories: situations that a page in docs/ tells of, as transcripts of commands. stories/PAGE.sh has for each
# word of $situations a title (title_WORD), functions that bring it about and end it (begin_WORD, end_WORD), and
# the commands whose output is shown (commands_WORD, a line each; without it: leakctl status). For scripts that have
# sourced lib.sh and sockets.sh.
# shellcheck shell=sh
# eval assigns $commands, and whoever calls compare() sets $page.
# shellcheck disable=SC2154

# The pages are read where there is more than ASCII.
export LC_ALL=C.UTF-8
# Files that a command names are here.
cd /tmp || exit

# tell SITUATION: prints its commands and their output.
tell() {
	eval "commands=\${commands_$1:-leakctl status}"
	echo "$commands" | while read -r command; do
		echo "\$ $command"
		sh -c "$command" 2>&1
	done
}

# title SITUATION
title() { eval "echo \"\$title_$1\""; }

# on_page TITLE: its transcript in $page
on_page() {
	awk -v title="## $1" '$0 == title { here = 1; next } /^## / { here = 0 }
		here && /^```/ { inside = !inside; next } here && inside' "$page"
}

# What does not differ from run to run: the names of the ledger's entries of at least 5 % of memory, the
# functions, and the verdict, in one line and without its figures.
shape() {
	awk '/^Memory/ { memory = 1 } /^$/ { memory = 0 }
		memory && match($0, /[0-9.]+ %/) && substr($0, RSTART, RLENGTH - 2) + 0 >= 5 {
			name = substr($0, 10, 22)
			gsub(/^ +| +$/, "", name)
			print name | "sort"
		}
		/^\$/ || / MODULE / { close("sort"); print }
		/^Verdict/ { close("sort"); verdict = 1 }
		verdict { gsub(/^ +/, ""); printf "%s ", $0 }
		END { print "" }' |
		sed -E 's/, the oldest of it for [^,]*,//; s/[0-9.]+ ([KMGT]i)?B( \([0-9]+ bytes\))?/SIZE/g
			s/[0-9]+(\.[0-9]+)?[smhd]?/N/g; s/ +/ /g'
}

# compare SITUATION: whether $page tells what happens now.
compare() {
	"begin_$1"
	tell "$1" >/tmp/now
	"end_$1"
	named=$(title "$1")
	check "$named: it fits 80 columns" \
		[ "$(sed 's/[±…]/+/g' /tmp/now | awk '{ print length }' | sort -n | tail -n 1)" -le 80 ]
	on_page "$named" >/tmp/then
	check "$named: is on the page" test -s /tmp/then
	shape </tmp/now >/tmp/shape.now
	shape </tmp/then >/tmp/shape.then
	check "$named: there is something to compare" [ "$(wc -l </tmp/shape.then)" -ge 3 ]
	check "$named: the page tells what happens" diff /tmp/shape.then /tmp/shape.now
}
