#!/bin/bash
# work.sh WHAT...: runs in the guest; whole pieces of work, with each WHAT attached in its turn, as lines
# "WHAT CASE INSTRUCTIONS": the time that the CPU was not idle. The median of several turns: one has
# some more or less by when timers tick, and by where things came to lie in memory.
set -u

# Of fork and exec more, which differ more from turn to turn.
rounds=25
rounds_of_others=9

spawn() { for _ in {1..50}; do (/bin/true); done; }

copy() {
    cp /tmp/file /mnt/file
    rm /mnt/file
}

# Datagrams, each of which takes and gives pages, to an address beyond the other end, which drops
# them. (A stream is not the same twice: it depends on when the timer ticks.)
network() {
    dd if=/dev/zero bs=20000 count=5000 >&8 2>/dev/null
}

prepare() {
    echo 0 >/proc/sys/kernel/randomize_va_space
    ip netns add there
    ip link add here mtu 65535 type veth peer name there mtu 65535
    ip link set there netns there
    ip addr add 10.9.9.1/24 dev here
    ip link set here up
    ip netns exec there ip link set there up
    ip neigh add 10.9.9.3 lladdr 02:00:00:00:00:03 dev here
    exec 8>/dev/udp/10.9.9.3/9
    dd if=/dev/urandom of=/tmp/file bs=64k count=512 2>/dev/null
    mount -t tmpfs none /mnt
}

attach() {
    case $1 in
    none) ;;
    counting) modprobe gmlab_peers ;;
    *) modprobe ghostmem mode="$1" budget_ppm=0 ;;
    esac
}

detach() {
    case $1 in
    none) ;;
    counting) rmmod gmlab_peers ;;
    *) rmmod ghostmem ;;
    esac
}

# Nanoseconds that tasks have run on the one CPU, up to the last switch.
busy() { sed -n 's/^cpu0 \([0-9]* \)\{6\}\([0-9]*\).*/\2/p' /proc/schedstat; }

measure() { # WHAT CASE
    local begin
    begin=$(busy)
    "$2"
    echo "$(($(busy) - begin))" >>"/tmp/$1.$2"
}

median() { sort -n "$1" | sed -n "$(($(wc -l <"$1") / 2 + 1))p"; }

prepare
# In turns, so that what drifts drifts for all.
for ((round = 0; round < rounds; round++)); do
    for what; do
        attach "$what"
        # The first time there is still something to learn, and to grow.
        spawn
        measure "$what" spawn
        ((round >= rounds_of_others)) || for case in copy network; do measure "$what" "$case"; done
        detach "$what"
    done
done
for what; do
    for case in spawn copy network; do echo "$what $case $(median "/tmp/$what.$case")"; done
done
