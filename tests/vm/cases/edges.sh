# A host short of memory is refused, not killed; a hibernation is recorded through, in silence.
# not 6.1-debug: it has no hibernation, and fills memory slowly
. /overlay/vm/lib.sh

modprobe ghostmem mode=off max_sites=262143
mount -o remount,size=95% /tmp
dd if=/dev/zero of=/tmp/fill bs=1M count=770 2>/dev/null
is "arming in too little memory is refused" "$(status_of leakctl config mode=exact)" 3
cp "$ERR" /run/said
check "and says why" grep -q "not enough available memory" /run/said
is "the mode has not changed" "$(json .module.mode leakctl status --json)" off
is "nobody was killed for it" "$(dmesg | grep -ciE 'oom-killer|out of memory')" 0
rm /tmp/fill
check "with memory it arms" leakctl config mode=exact

# "core" goes as far as the last steps, with interrupts off and timekeeping suspended.
echo core >/sys/power/pm_test
check "hibernates up to the last step" sh -c "echo disk >/sys/power/state"
is "no event was lost meanwhile" "$(json '[.lost[]] | add' leakctl status --json)" 0
check "the module unloads" rmmod ghostmem
finish
