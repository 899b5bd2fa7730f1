# A module that is signed by a key that the kernel trusts works under lockdown as it does otherwise.
# kernel: nobpf
# vm: --append lockdown=integrity --device edu,id=edu0
. /overlay/vm/lib.sh

locked() { grep -o '\[.*\]' /sys/kernel/security/lockdown; }
mount -t securityfs none /sys/kernel/security 2>/dev/null
is "the kernel is locked down" "$(locked)" "[integrity]"
# The signature is at the end of the file; the last bytes are its marker.
file=$(modinfo -n ghostmem)
head -c -1 "$file" >/tmp/unsigned.ko
check "an unsigned module is refused" sh -c "! insmod /tmp/unsigned.ko"
check "leakctl says why" sh -c "leakctl status 2>&1 >/dev/null | grep -q 'lockdown (integrity) forbids'"

for level in integrity confidentiality; do
	[ $level = integrity ] || echo $level >/sys/kernel/security/lockdown
	is "$level: in force" "$(locked)" "[$level]"
	check "$level: the signed module loads" modprobe ghostmem mode=exact
	is "$level: all hooks attach" "$(hook_states)" attached
	check "$level: the driver binds" modprobe gmlab_pci forget=all
	wait_for 20 bound
	is "$level: what it holds is seen exactly" "$(seen gmlab_pci)" \
		"$(cat /sys/module/gmlab_pci/parameters/held_bytes)"
	unplug edu0
	is "$level: and what it forgot" "$(seen gmlab_pci)" "$(forgotten)"
	rmmod gmlab_pci
	check "$level: frames have names" sh -c "leakctl sites --module gmlab_pci --stacks |
		grep -q 'gmlab_take_order3+0x[0-9a-f]*/0x[0-9a-f]* \[gmlab_pci, unloaded\]'"
	is "$level: nothing is lost" "$(json '[.lost[]] | add' leakctl status --json)" 0
	check "$level: the module unloads" rmmod ghostmem
	plug edu edu0
done
finish
