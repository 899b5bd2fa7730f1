# The situations of docs/status.md look as the page says, and each fits a terminal of 80 x 24.
# kernel: 6.1
# vm: --mem 2G --device edu,id=nic0 --device virtio-balloon-pci,id=balloon
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh
. /overlay/vm/status_story.sh

page=/overlay/docs/status.md

# What does not differ from run to run: the names of the ledger's entries of at least 5 % of memory,
# and the verdict, in one line and without its figures.
shape() {
	awk '/^Memory/ { memory = 1 } /^$/ { memory = 0 }
		memory && match($0, /[0-9.]+ %/) && substr($0, RSTART, RLENGTH - 2) + 0 >= 5 {
			name = substr($0, 10, 22)
			gsub(/^ +| +$/, "", name)
			print name | "sort"
		}
		/^Verdict/ { close("sort"); verdict = 1 }
		verdict { gsub(/^ +/, ""); printf "%s ", $0 }
		END { print "" }' |
		sed -E 's/, the oldest of it for [^,]*,//; s/[0-9.]+ ([KMGT]i)?B( \([0-9]+ bytes\))?/SIZE/g
			s/[0-9]+(\.[0-9]+)?/N/g'
}

# The transcript of a situation, by its title.
on_page() {
	awk -v title="## $1" '$0 == title { here = 1; next } /^## / { here = 0 }
		here && /^```/ { inside = !inside; next } here && inside' $page
}

for each in $situations; do
	title=$(eval "echo \"\$title_$each\"")
	"begin_$each"
	tell "$each" >/tmp/now
	"end_$each"
	check "$title: it fits 80 columns" [ "$(sed 's/±/+/g' /tmp/now | awk '{ print length }' | sort -n | tail -n 1)" -le 80 ]
	check "$title: and 24 lines" [ "$(sed '1,/^\$ leakctl/d' /tmp/now | wc -l)" -le 23 ]
	on_page "$title" >/tmp/then
	check "$title: is on the page" test -s /tmp/then
	shape </tmp/now >/tmp/shape.now
	shape </tmp/then >/tmp/shape.then
	check "$title: there is something to compare" [ "$(wc -l </tmp/shape.then)" -ge 3 ]
	check "$title: the page tells what happens" diff /tmp/shape.then /tmp/shape.now
done
finish
