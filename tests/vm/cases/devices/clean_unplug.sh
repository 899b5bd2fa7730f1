# A driver that frees everything is not shown; one that forgets a part is shown with that part.
# not 6.1-debug: as leak, many times over
# vm: --device edu,id=edu0
. /overlay/vm/lib.sh

modprobe ghostmem mode=exact
modprobe gmlab_pci forget=none
unplug edu0
is "the driver forgot nothing" "$(forgotten)" 0
is "a clean unplug leaves 0 bytes" "$(seen gmlab_pci)" 0
is "no ghost of it in the default view" \
	"$(leakctl sites --stacks | grep -c gmlab_pci)" 0

last=0
n=0
# The short form only checks the driver that forgets half.
percents='100 50'
if short; then percents=50; fi
for door in page order3 order5 gfp exact bulk vmalloc frag page,frag,vmalloc; do
	for percent in $percents; do
		n=$((n + 1))
		echo "$door" >/sys/module/gmlab_pci/parameters/forget
		echo $percent >/sys/module/gmlab_pci/parameters/percent
		plug edu "d$n"
		wait_for 20 bound || not_ok "binds for $door" "timed out"
		unplug "d$n"
		now=$(forgotten)
		if [ "$now" -gt $last ] && [ "$(seen gmlab_pci)" = "$now" ]; then
			ok "$percent % of $door: $((now - last)) bytes, exactly"
		else
			not_ok "$percent % of $door" "driver says $now after $last, we $(seen gmlab_pci)"
		fi
		last=$now
	done
done
rmmod gmlab_pci
is "the sum is right after rmmod" "$(seen gmlab_pci)" "$last"
finish
