# A snapshot is what its schema says, with the module and without, for root and for anybody; diff names
# what was leaked between two of them, to the byte; what is no snapshot is refused.
# vm: --device edu,id=edu0
# not 6.1-debug 6.12-rt-lockdep: as modes
. /overlay/vm/lib.sh

described() {
	check "$1: it is what the schema says" sh -c "/overlay/tools/gmschema /overlay/docs/schema $2 <$3"
}
taken() { leakctl snapshot --interval 200ms -o "$1"; }

check "without the module" taken /tmp/without
described "without the module" snapshot /tmp/without
is "what is missing is said" "$(json '[.missing[] | select(.section == "sites") | .why] | join("")' cat /tmp/without)" \
	"module not loaded"
is "memory is known all the same" "$(json .memory.total_bytes cat /tmp/without)" \
	"$(($(awk '$1 == "MemTotal:" { print $2 }' /proc/meminfo) * 1024))"

modprobe ghostmem mode=exact
check "with the module" taken /tmp/before
described "with the module" snapshot /tmp/before
is "the boot is named" "$(json .host.boot_id cat /tmp/before)" "$(cat /proc/sys/kernel/random/boot_id)"
is "slab caches are those of /proc/slabinfo" "$(json '.slab | length' cat /tmp/before)" \
	"$(($(wc -l </proc/slabinfo) - 2))"
next=$(json .log.next leakctl snapshot --interval 200ms)
is "the cursor is behind the last record of the kernel's log" "$next" \
	"$(($(dd if=/dev/kmsg iflag=nonblock bs=8192 2>/dev/null | sed -n 's/^[0-9]*,\([0-9]*\),[0-9]*,.*;.*/\1/p' | tail -n 1) + 1))"

modprobe gmlab_pci forget=all
wait_for 30 bound
unplug edu0
lost=$(forgotten)
rmmod gmlab_pci
check "after the leak" taken /tmp/after
check "they are compared" sh -c "leakctl diff /tmp/before /tmp/after --json >/tmp/diff"
described "they are compared" diff /tmp/diff
is "what was leaked has grown by what the driver counts" "$(json \
	'[.rows[] | select(.kind == "sites" and (.name | endswith("[gmlab_pci]"))) | .change_bytes] | add' cat /tmp/diff)" "$lost"
is "nothing is beyond comparison" "$(json '.limits | join("; ")' cat /tmp/diff)" ""
is "it was the same boot" "$(json '"\(.same_host) \(.same_boot)"' cat /tmp/diff)" "true true"
check "the text names the driver" sh -c "leakctl diff /tmp/before /tmp/after | grep -q '+.*sites.*\[gmlab_pci\]'"
is "the finding of the unloaded module began" "$(json \
	'[.findings[] | select(.state == "began" and .rule == "unloaded_module")] | length > 0' cat /tmp/diff)" true
is "with itself nothing differs" "$(json '.rows + .counts | length' leakctl diff /tmp/after /tmp/after --json)" 0

jq '.host.boot_id = "another"' /tmp/after >/tmp/rebooted
is "across a boot that is said first" "$(json '.limits[0] | split(":")[0]' leakctl diff /tmp/before /tmp/rebooted --json)" \
	"the boot ids differ"
is "and sites are compared all the same" "$(json \
	'[.rows[] | select(.kind == "sites" and (.name | endswith("[gmlab_pci]"))) | .change_bytes] | add' \
	leakctl diff /tmp/before /tmp/rebooted --json)" "$lost"
is "without sites that is said" "$(json '[.limits[] | select(startswith("the first snapshot has no sites"))] | length' \
	leakctl diff /tmp/without /tmp/after --json)" 1

# refused FILE TEXT: no snapshot, and the error says so
refused() {
	is "$1 is refused" "$(status_of leakctl diff /tmp/before "$1")" 3
	check "and why is said" grep -qF -- "$2" "$ERR"
}
head -c 5000 /tmp/after >/tmp/cut
refused /tmp/cut "cut off after 5000 bytes"
leakctl status --json >/tmp/foreign
refused /tmp/foreign "no snapshot of leakctl"
jq '.format = 2' /tmp/after >/tmp/newer
refused /tmp/newer "a newer leakctl"
jq '.memory.total_bytes = "much"' /tmp/after >/tmp/damaged
refused /tmp/damaged "memory.total_bytes is no whole number"
refused /tmp/absent "is it there?"

check "another user takes one" sh -c \
	"setpriv --reuid 65534 --regid 65534 --clear-groups leakctl snapshot --interval 200ms >/tmp/nobody"
described "another user's" snapshot /tmp/nobody
is "it has no slab caches, and says why" "$(json '"\(.slab) " + ([.missing[] | select(.section == "slab")] | length | tostring)' \
	cat /tmp/nobody)" "null 1"
is "nor what only root may ask the module" "$(json '"\(.module.loaded) \(.sites)"' cat /tmp/nobody)" "false null"
finish
