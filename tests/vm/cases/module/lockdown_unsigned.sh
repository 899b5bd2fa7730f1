# A locked-down kernel refuses a module that nobody has signed, and leakctl says what to do.
# vm: --append lockdown=integrity
# not nobpf: its modules are signed; see lockdown
# not 6.1-debug: it has no lockdown
. /overlay/vm/lib.sh

mount -t securityfs none /sys/kernel/security 2>/dev/null
is "the kernel is locked down" "$(grep -o '\[.*\]' /sys/kernel/security/lockdown)" "[integrity]"
check "an unsigned module is refused" sh -c "! modprobe ghostmem"
is "status exits with 3" "$(status_of leakctl status)" 3
cp "$ERR" /run/said
check "names lockdown" grep -q 'lockdown (integrity) forbids' /run/said
check "and says how to sign" grep -q 'mokutil --import' /run/said
is "in one line" "$(wc -l </run/said)" 1
is "JSON knows it as well" \
	"$(leakctl --json status 2>/dev/null | jq -r '.host | "\(.lockdown) \(.signed_modules_only)"')" \
	"integrity true"
check "and still tells what /proc can tell" \
	sh -c "leakctl --json status 2>/dev/null | jq -e '.ledger.total_bytes > 0'"
finish
