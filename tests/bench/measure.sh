# measure.sh WHAT...: runs in the guest; prints a line "WHAT CASE INSTRUCTIONS" for every case of the
# bench driver, with each WHAT attached in its turn. Those of kernels that are peers are as they booted.
# shellcheck shell=sh

# Not the first run: on newer kernels it takes twice as long, with or without us.
pairs() {
	dmesg -c >/dev/null
	# The driver refuses to stay loaded: its results are all it is for.
	modprobe gmlab_bench 2>/dev/null
	dmesg | sed -n "s/.*gmlab_bench: \([a-z0-9]*\) \([0-9]*\) ns a pair.*/$1 \1 \2/p"
}

# It keeps what it says to itself; but when it opens no more files, its probes are attached.
settled() {
	files=0
	while sleep 2 && [ "$(find "/proc/$memleak/fd" | wc -l)" != "$files" ]; do
		files=$(find "/proc/$memleak/fd" | wc -l)
	done
	[ "$files" -gt 20 ] || sed 's/^/# memleak: /' /tmp/memleak
}

attach() {
	case $1 in
	off | sampled | exact) modprobe ghostmem mode="$1" ;;
	skb) modprobe ghostmem mode=off skb=1 ;;
	counting) modprobe gmlab_peers ;;
	unwinding) modprobe gmlab_peers unwind=1 ;;
	memleak)
		/overlay/memleak/run >/tmp/memleak 2>&1 &
		memleak=$!
		settled
		;;
	esac
}

detach() {
	case $1 in
	off | sampled | exact | skb) rmmod ghostmem ;;
	counting | unwinding) rmmod gmlab_peers ;;
	memleak)
		# It has to have been there all the time, or its line is of nothing.
		kill "$memleak" || { echo "memleak is gone: $(cat /tmp/memleak)" >&2; exit 1; }
		wait "$memleak" 2>/dev/null || true
		;;
	esac
}

pairs warm_up >/dev/null
for what; do
	attach "$what"
	pairs "$what"
	detach "$what"
done
