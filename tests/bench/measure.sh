# Runs in the guest: the bench driver unloaded, with hooks off, and with hooks on.

measure() {
	dmesg -c >/dev/null
	# The driver refuses to stay loaded: its results are all it is for.
	modprobe gmlab_bench 2>/dev/null
	dmesg | sed -n 's/.*gmlab_bench: \([a-z0-9]*\) \([0-9]*\) ns a pair.*/\1 \2/p' >"/tmp/$1"
}

# Not the first run: on newer kernels it takes twice as long, with or without us.
measure warm_up
measure none
modprobe ghostmem mode=off
measure off
leakctl config mode=exact >/dev/null
measure exact

printf 'kernel %s, instructions a pair of allocation and free\n' "$(uname -r)"
printf '%-10s %10s %16s %16s\n' case "no module" "loaded, off" exact
while read -r name base; do
	off=$(awk -v n="$name" '$1 == n { print $2 }' /tmp/off)
	exact=$(awk -v n="$name" '$1 == n { print $2 }' /tmp/exact)
	printf '%-10s %10d %8d (+%5d) %8d (+%5d)\n' "$name" "$base" \
		"$off" $((off - base)) "$exact" $((exact - base))
done </tmp/none
