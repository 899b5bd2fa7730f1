# The transcripts of README.md and leakctl(8), which are in docs/transcripts, show what happens.
# kernel: 6.1
# vm: --device edu,id=nic0
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh
. /overlay/vm/doc_story.sh
. /overlay/vm/shape.sh

for each in $stories; do
	"begin_$each"
	for part in $(eval "echo \"\$parts_$each\""); do
		"tell_$part" >"/tmp/$part.txt"
		as_told "$part" "/tmp/$part.txt"
	done
	"end_$each"
done
is "unplugged: leakctl finds what the driver has forgotten, to the byte" \
	"$(sed -n 's/.*leakctl found: \([0-9]*\) bytes.*/\1/p' /tmp/unplugged.txt)" "$driver_says"
finish
