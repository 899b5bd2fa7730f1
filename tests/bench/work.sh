#!/bin/bash
# work.sh WHAT...: runs in the guest; attaches each WHAT in turn, runs whole workloads, and prints lines
# "WHAT CASE INSTRUCTIONS", which is the time that the CPU was not idle. Each figure is the median of
# several rounds, because a round varies with timer ticks and with the placement in memory.
set -u

# fork and exec get more rounds, because they vary more from round to round.
rounds=25
rounds_of_others=9

spawn() { for _ in {1..50}; do (/bin/true); done; }

copy() {
    cp /tmp/file /mnt/file
    rm /mnt/file
}

# Sends datagrams, each of which allocates and frees pages, to an address that the peer does not have,
# so that it drops them. (A stream would not repeat exactly: it depends on when the timer ticks.)
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

# The nanoseconds that tasks have run on the only CPU, up to the last context switch.
busy() { sed -n 's/^cpu0 \([0-9]* \)\{6\}\([0-9]*\).*/\2/p' /proc/schedstat; }

measure() { # WHAT CASE
    local begin
    begin=$(busy)
    "$2"
    echo "$(($(busy) - begin))" >>"/tmp/$1.$2"
}

median() { sort -n "$1" | sed -n "$(($(wc -l <"$1") / 2 + 1))p"; }

prepare
# All WHATs in each round, so that any drift affects all of them alike.
for ((round = 0; round < rounds; round++)); do
    for what; do
        attach "$what"
        # Warm up without measuring: the first run after attaching still fills and grows data structures.
        spawn
        measure "$what" spawn
        ((round >= rounds_of_others)) || for case in copy network; do measure "$what" "$case"; done
        detach "$what"
    done
done
for what; do
    for case in spawn copy network; do echo "$what $case $(median "/tmp/$what.$case")"; done
done
