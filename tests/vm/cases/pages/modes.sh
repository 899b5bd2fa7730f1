# reset, config, export and the JSON contract, on a real kernel.
# vm: --device edu,id=edu0
. /overlay/vm/lib.sh

is "without the module status exits 3" "$(status_of leakctl status --json)" 3
is "and says so in JSON" "$(jq -r .module.loaded "$OUT")" false
is "and still knows the memory" "$(jq ".ledger.total_bytes > 0" "$OUT")" true

modprobe ghostmem mode=exact
modprobe gmlab_pci forget=all
unplug edu0
check "status keys" sh -c "leakctl --json status | jq -e '
	.module.loaded == true and .module.mode == \"exact\" and
	([.ledger[\"total_bytes\",\"free_bytes\",\"applications_bytes\",\"kernel_bytes\",
	\"ghost_bytes\",\"residual_bytes\"] | type] | unique == [\"number\"]) and
	(.ghost | has(\"sockets_bytes\") and has(\"sites_bytes\") and has(\"known_bytes\")
	and has(\"unattributed_bytes\")) and .verdict.level == \"ok\" and
	(.verdict.reasons | length > 0) and (.hooks | length > 4) and (.lost | type == \"object\")'"
is "all hooks attached" "$(hook_states)" attached
bulk() { json '.hooks[] | select(.name == "alloc_bulk") | .'"$1" leakctl status --json; }
if grep -qE ' (__)?alloc_pages_bulk(_noprof)?$' /proc/kallsyms; then
	is "also at the bulk allocator" "$(bulk state)" attached
else
	is "this kernel has no bulk allocator" "$(bulk state)" absent
	leakctl status >"$OUT"
	is "and status does not call it missing" "$(grep -c '^Memory' "$OUT") $(grep -c alloc_bulk "$OUT")" "1 0"
fi
check "sites keys" sh -c "leakctl --json sites | jq -e '.schema_version == 2 and (.sites[0] |
	has(\"id\") and has(\"class\") and has(\"live_bytes\") and has(\"live_pages\") and
	has(\"allocations\") and has(\"frees\") and has(\"oldest_s\") and has(\"module\") and
	has(\"module_state\") and has(\"stack\"))'"

# Names that do not exist leave dentries behind, which the kernel can reclaim. Those of a driver it cannot.
name=0
names=$(paced 4000 400)
while [ $name -lt "$names" ] && [ ! -e "/lib/modules/$(uname -r)/such.$name" ]; do
	name=$((name + 1))
done
reclaimable() { json "[.sites[] | select($1) | .flags | index(\"reclaimable\") != null] | unique | tostring" leakctl sites --class all --json; }
is "dentries are reclaimable" "$(reclaimable '(.symbol | test("d_alloc")) and .live_pages > 0')" "[true]"
is "the memory of a driver is not" "$(reclaimable '.module == "gmlab_pci"')" "[false]"
check "export json" sh -c "leakctl export --format json | jq -e '.sites | length > 0'"
check "export folded" sh -c \
	"leakctl export --format folded | grep -qE '^[^ ]+;gmlab_probe[^ ]*;gmlab_take_[^ ]* [0-9]+$'"
check "export prometheus" sh -c \
	"leakctl export --format prometheus | grep -q '^ghostmem_site_live_bytes{.*gmlab_pci'"

is "a full disk is told" "$(status_of sh -c 'leakctl status >/dev/full')" 3
is "in words" "$(grep -c 'cannot write to standard output' "$ERR")" 1
is "so is an output that is closed" "$(status_of sh -c 'leakctl status --json >&-')" 3

check "reset" leakctl reset
is "forgets what was seen" "$(seen gmlab_pci)" 0
check "mode off" leakctl config mode=off
is "hooks are detached" "$(hook_states)" detached
check "mode exact" leakctl config mode=exact
plug edu edu1
wait_for 20 bound
is "and counts again" "$(seen gmlab_pci)" "$(cat /sys/module/gmlab_pci/parameters/held_bytes)"
is "the same mode again forgets nothing" "$(json .forgotten_sites leakctl config mode=exact --json)" null
is "and goes on counting" "$(seen gmlab_pci)" "$(cat /sys/module/gmlab_pci/parameters/held_bytes)"
check "another mode says what it forgets" sh -c \
	"leakctl config mode=sampled | grep -q '^# all records of pages were forgotten, of [0-9]* sites$'"
rmmod gmlab_pci
leakctl config mode=exact >/dev/null
modprobe gmlab_pci
wait_for 20 bound

# Ages are right: the oldest page has the age that it has.
sleep 5
age=$(json '[.sites[].oldest_s] | max' leakctl sites --json --module gmlab_pci)
if [ "$age" -ge 5 ] && [ "$age" -le 60 ]; then ok "ages ($age s)"; else not_ok ages "$age"; fi
is "min-age hides the young" \
	"$(json '.sites | length' leakctl sites --json --module gmlab_pci --min-age 10m)" 0
check "rate sorting" leakctl sites --sort rate --class all
rmmod gmlab_pci
check "module unloads with the books full" rmmod ghostmem
finish
