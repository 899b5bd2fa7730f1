# Recording continues through a hibernation without any kernel message.
# not 6.1-debug: it has no hibernation
# not newest: 7.3-rc7 loses its virtio ports in one, with or without ghostmem
# not 6.1-cloud: its kernel cannot test a hibernation (no /sys/power/pm_test)
. /overlay/vm/lib.sh

modprobe ghostmem mode=exact
# "core" goes as far as the last steps, with interrupts off and timekeeping suspended.
check "the last step can be asked for" sh -c "echo core >/sys/power/pm_test"
check "hibernates up to the last step" sh -c "echo disk >/sys/power/state"
is "no event was lost meanwhile" "$(json '[.lost[]] | add' leakctl status --json)" 0
check "the module unloads" rmmod ghostmem
finish
