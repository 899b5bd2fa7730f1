# measure.sh WHAT...: runs in the guest; attaches each WHAT in turn and prints a line "WHAT CASE
# INSTRUCTIONS" for every case of the bench driver. A WHAT that is a feature of the kernel itself is on
# since boot; nothing is attached for it.
# shellcheck shell=sh

# Prints the result of every case. The first run must be discarded: on newer kernels it takes twice as
# long, with or without us.
pairs() {
	dmesg -c >/dev/null
	# The driver only prints its results; its init function then fails, so that it is not loaded.
	modprobe gmlab_bench 2>/dev/null
	dmesg | sed -n "s/.*gmlab_bench: \([a-z0-9]*\) \([0-9]*\) ns a pair.*/$1 \1 \2/p"
}

# Waits until memleak has attached its probes, which it does not report: it is ready once it opens no
# more files.
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
		# If it has ended before, its line measures nothing.
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
