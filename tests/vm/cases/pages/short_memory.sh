# Arming on a host that is short of memory is refused, and no process is killed.
# not 6.1-debug: it fills memory slowly
. /overlay/vm/lib.sh

modprobe ghostmem mode=off max_sites=261923
mount -o remount,size=95% /tmp
dd if=/dev/zero of=/tmp/fill bs=1M count=770 2>/dev/null
is "arming in too little memory is refused" "$(status_of leakctl config mode=exact)" 3
cp "$ERR" /run/said
check "and says why" grep -q "not enough available memory" /run/said
is "the mode has not changed" "$(json .module.mode leakctl status --json)" off
is "nobody was killed for it" "$(dmesg | grep -ciE 'oom-killer|out of memory')" 0
rm /tmp/fill
check "with memory it arms" leakctl config mode=exact
check "the module unloads" rmmod ghostmem
finish
