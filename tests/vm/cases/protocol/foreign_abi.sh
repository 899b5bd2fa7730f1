# A module that speaks another ABI is named with its version, and nothing of it is shown.
# not 6.1-debug: as netlink
# modules: foreign
. /overlay/vm/lib.sh

insmod /overlay/modules/ghostmem.ko
for word in status sites "trace --for 1s" reset config "export --format json"; do
	# shellcheck disable=SC2086
	is "$word: exit status" "$(status_of leakctl $word)" 3
	is "$word: nothing on stdout" "$(wc -c <"$OUT")" 0
	is "$word: one line on stderr" "$(wc -l <"$ERR")" 1
	# check() overwrites $OUT and $ERR
	cp "$ERR" /tmp/said
	check "$word: both versions are named" \
		grep -q "leakctl [0-9.]* speaks ABI [0-9]*, .* ghostmem [0-9.]* speaks ABI 99" /tmp/said
	check "$word: says what to do" grep -q "install the same version of both" /tmp/said
done
check "the module unloads" rmmod ghostmem
finish
