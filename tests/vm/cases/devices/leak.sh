# A driver that frees nothing at a hot-unplug is named, to the byte, even after it is unloaded.
# tier: soak on 6.1-debug
# vm: --device edu,id=edu0
. /overlay/vm/lib.sh

modprobe ghostmem mode=exact
free_before=$(settled_free)
modprobe gmlab_pci forget=all scale=8
check "driver binds to the device" bound
held=$(cat /sys/module/gmlab_pci/parameters/held_bytes)
is "what the bound driver holds is seen exactly" "$(seen gmlab_pci)" "$held"
is "the module is live" "$(json '[.sites[].module_state] | unique | join(",")' \
	leakctl sites --json --module gmlab_pci)" live

unplug edu0
lost=$(forgotten)
is "the driver forgot what it held" "$lost" "$held"
is "leaked bytes are attributed exactly" "$(seen gmlab_pci)" "$lost"

for door in page order3 order5 gfp exact bulk vmalloc frag; do
	got=$(json "[.sites[] | select(.symbol == \"gmlab_take_$door\") | .live_bytes] | add // 0" \
		leakctl sites --json --module gmlab_pci)
	case $door in
	page) want=$((8 * 64 * 4096)) ;;
	order3) want=$((8 * 16 * 8 * 4096)) ;;
	order5) want=$((8 * 4 * 32 * 4096)) ;;
	gfp) want=$((8 * 16 * 4 * 4096)) ;;
	exact) want=$((8 * 16 * 5 * 4096)) ;;
	bulk) want=$((8 * 2 * 64 * 4096)) ;;
	vmalloc) want=$((8 * 4 * 64 * 4096)) ;;
	frag) want=$((8 * 96 * 2048)) ;;
	esac
	is "gmlab_take_$door is named with its bytes" "$got" "$want"
done

# The independent witness: free memory shrank by the leak, within 2 MiB of slabs and per-CPU lists.
if ! debug_kernel; then
	gone=$((free_before - $(settled_free)))
	off=$((gone - lost))
	if [ ${off#-} -le $((2 * 1024 * 1024)) ]; then
		ok "free memory shrank by as much, but for $off bytes"
	else
		not_ok "free memory shrank by as much" "$gone bytes gone, $lost leaked"
	fi
fi

rmmod gmlab_pci
is "after rmmod the bytes are still there" "$(seen gmlab_pci)" "$lost"
is "the module is unloaded" "$(json '[.sites[].module_state] | unique | join(",")' \
	leakctl sites --json --module gmlab_pci)" unloaded
check "frames are still readable" sh -c "leakctl sites --module gmlab_pci --stacks |
	grep -q 'gmlab_take_order3+0x[0-9a-f]*/0x[0-9a-f]* \[gmlab_pci, unloaded\]'"
check "the probe is in the stack" sh -c "leakctl sites --module gmlab_pci --stacks |
	grep -q 'gmlab_probe+0x[0-9a-f]*/0x[0-9a-f]* \[gmlab_pci, unloaded\]'"
is "the verdict says leak" "$(json .verdict.level leakctl status --json)" leak
check "the verdict names the module" sh -c "leakctl status | grep -q gmlab_pci"

# The same driver loaded again, perhaps at the same address, is told apart.
modprobe gmlab_pci forget=none
plug edu edu1
check "driver binds again" wait_for 20 bound
unplug edu1
rmmod gmlab_pci
is "a clean second life adds nothing to the first one's leak" "$(seen gmlab_pci)" "$lost"
is "nothing was lost on the way" "$(json '[.lost[]] | add' leakctl status --json)" 0
finish
