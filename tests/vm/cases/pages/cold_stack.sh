# The first allocation from functions never seen before takes less than 50,000 instructions of tracking.
# vm: --icount
# not 6.1-debug: what its checks cost is not ours
. /overlay/vm/lib.sh

# The stack has as many new functions as frames are kept. One nanosecond is one instruction (-icount).
spent() { cat "/sys/module/gmlab_deep/parameters/$1"; }

modprobe gmlab_deep
without=$(spent cold_ns)
rmmod gmlab_deep
modprobe ghostmem mode=exact
modprobe gmlab_deep
cold=$(($(spent cold_ns) - without))
warm=$(($(spent warm_ns) - without))
check "it takes some more ($cold)" [ $cold -gt 1000 ]
check "and not too many" [ $cold -lt 50000 ]
check "once it has been learnt it takes few ($warm)" [ $warm -lt 1500 ]
rmmod gmlab_deep
check "the module unloads" rmmod ghostmem
finish
