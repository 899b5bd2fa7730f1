# After ftrace has disabled itself it goes on calling its callbacks: the module stays loaded, and says so.
# tier: soak on 6.1-debug
. /overlay/vm/lib.sh

traffic() { ping -q -c 20 -i 0.01 127.0.0.1 >/dev/null; }

ip link set lo up
modprobe ghostmem mode=off
check "sk_buffs are followed" leakctl config skb=on
check "ftrace gives up" modprobe gmlab_warn ftrace=1
check "traffic goes on" traffic
check "they are no longer followed" leakctl config skb=off
is "nothing is told of them" "$(json .skb leakctl status --json)" null
check "traffic goes on after that" traffic
check "the kernel log says that the module stays" sh -c "dmesg | grep -q 'the module stays until the next boot'"
check "it cannot be unloaded, for it is called" sh -c "! rmmod ghostmem 2>/dev/null"
is "it is in use" "$(cat /sys/module/ghostmem/refcnt)" 1
is "they cannot be followed again" "$(status_of leakctl config skb=on)" 3
is "nothing is held for it" "$(cat /sys/module/ghostmem/refcnt)" 1
check "pages are still watched" leakctl config mode=exact
check "traffic goes on at the end" traffic
finish
