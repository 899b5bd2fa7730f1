# Measures what a census of all page frames costs, in instructions per frame, compared with a reader
# of /proc/kpageflags: on this machine after boot, and after filling it with single pages.
# Prints lines "STATE WHO INSTRUCTIONS".
# shellcheck shell=sh
modprobe ghostmem mode=off

measure() { # STATE
	leakctl status --json >/dev/null
	census=$(leakctl status --json | jq '.pages | .duration_s * 1e9 * 4096 / .frames_bytes * 100 | round / 100')
	flags=$(/overlay/tools/gmpages --time | awk '{ printf "%.2f", $2 / $1 }')
	echo "$1 census $census"
	echo "$1 kpageflags $flags"
}

measure booted
mkdir -p /tmp/shm
mount -t tmpfs -o size=90% none /tmp/shm
dd if=/dev/zero of=/tmp/shm/file bs=1M count="$(($(awk '/^MemFree/ { print $2 }' /proc/meminfo) / 1024 - 64))" 2>/dev/null
measure full
