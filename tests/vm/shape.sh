# The shape of a transcript: what does not differ from run to run. For scripts of the guest.
# shellcheck shell=sh

# shape FILE: its commands, the titles of columns, the rows of tables without figures, and the verdict in
# one line; each once, in the order of the alphabet. The ledger is left out: its figures are those of
# the machine.
shape() {
	awk '/^Memory/ { memory = 1 }
		/^$/ { memory = 0; if (verdict) print ""; verdict = 0 }
		memory || /^(ghostmem|estimates|Hooks|Sockets|Mem:|Swap:) / { next }
		/^\$ / && verdict { print ""; verdict = 0 }
		# Where the line breaks depends on the figures.
		/^Verdict|^[0-9]+ sockets? in/ { verdict = 1 }
		verdict { gsub(/^ +/, ""); printf "%s ", $0; next }
		{ print }
		END { print "" }' "$1" |
		sed -E 's/gmlab_take_[a-z0-9]+/gmlab_take_X/g; s/0x[0-9a-f]+/HEX/g
			s/[0-9.]+ ([KMGTP]i)?B/SIZE/g; s/[0-9]+[smhd]( [0-9]+[smhd])?\b/AGE/g
			s/[0-9]+(\.[0-9]+)?x?/N/g; s/ \(order N\)//; s/ +/ /g; s/^ //; s/ $//' |
		sort -u
}

# as_told NAME FILE: the transcript docs/transcripts/NAME.txt has the shape of FILE
as_told() {
	transcript=/overlay/docs/transcripts/$1.txt
	shape "$transcript" >/tmp/shape.told
	shape "$2" >/tmp/shape.now
	check "$1: there is something to compare" [ "$(wc -l </tmp/shape.told)" -ge 3 ]
	check "$1: the documents tell what happens" diff /tmp/shape.told /tmp/shape.now
}
