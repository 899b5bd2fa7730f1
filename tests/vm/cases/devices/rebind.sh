# A driver that forgets memory whenever it is unbound: what its device holds and what the unbinds have
# left are told apart, and growth from a cache; also where a second device stays bound.
# tier: soak on 6.1-debug
# vm: --device edu,id=edu0 --device edu,id=edu1
. /overlay/vm/lib.sh
. /overlay/vm/devices.sh

mib=1048576
modprobe ghostmem mode=exact
one=$(edus | head -n 1)
two=$(edus | tail -n 1)
# Both are bound; let go of the second one, so that the first is the driver's only device.
modprobe gmlab_pci forget=none scale=4
check "driver binds" wait_for 20 bound
unbind "$two"
unbind "$one"
check "both have receipts" wait_for 5 has_receipts "$one" 1
left_before=$(told "$one" .left_bytes)
is "nothing is left so far" "$left_before" 0

# The door gfp has 16 blocks of 4 pages, four times: 1 MiB.
echo gfp >/sys/module/gmlab_pci/parameters/forget
bind "$one"
rounds=$(paced 20 6)
for _ in $(seq "$rounds"); do
	unbind "$one"
	bind "$one"
done
is "the driver forgot 1 MiB each time" "$(forgotten)" $((rounds * mib))
is "the device has left that" "$(told "$one" .left_bytes)" "$(forgotten)"
is "and holds what the driver counts apart from it" "$(told "$one" .held_bytes)" "$(held)"
is "every unbind has a receipt of 1 MiB" "$(told "$one" \
	"[.receipts[] | select(.left_bytes == $mib)] | length")" "$rounds"
is "it grows by 1 MiB each time" "$(told "$one" '[.trend, .left_bytes_per_life] | join(",")')" \
	"grows,$mib"
is "one function has left it" "$(told "$one" \
	'[.sites[] | select(.left_bytes > 0) | .symbol] | join(",")')" gmlab_take_gfp
is "the verdict is a leak" "$(json .verdict.level leakctl status --json)" leak
check "which names the device and the bytes" sh -c "leakctl status --json |
	jq -r '.verdict.reasons[]' | grep -q 'Device $one .*$(forgotten) bytes.*gmlab_take_gfp'"
is "the other device is not blamed" "$(told "$two" '[.left_bytes, .trend] | join(",")')" 0,clean

# What later unbinds do not add to is a cache. A reset, so that the cycles begin anew.
unbind "$one"
leakctl reset
bind "$one"
unbind "$one"
echo none >/sys/module/gmlab_pci/parameters/forget
for _ in 1 2 3 4 5; do
	bind "$one"
	unbind "$one"
done
settled() { [ "$(told "$one" '.flags | index("settling")')" = null ]; }
check "all have settled" wait_for 5 settled
is "what was left once is a cache" "$(told "$one" '[.trend, .left_bytes] | join(",")')" "cache,$mib"
is "which is no leak" "$(json '.verdict.reasons | map(select(test("Device"))) | length' \
	leakctl status --json)" 0

# A second device of the same driver that stays bound is neither blamed, nor is what it holds left.
bind "$two"
stays=$(held)
bind "$one"
is "each holds what its probe took" "$(told "$one" .held_bytes),$(told "$two" .held_bytes)" \
	"$stays,$stays"
echo order3 >/sys/module/gmlab_pci/parameters/forget
before=$(forgotten)
unbind "$one"
check "it has settled" wait_for 5 settled
is "the first has left what the driver forgot" "$(receipt_of "$one" .left_bytes)" \
	$(($(forgotten) - before))
is "which is marked as shared" "$(receipt_of "$one" '.flags | index("shared") != null')" true
is "the second holds what it held" "$(told "$two" .held_bytes)" "$stays"
is "and has left nothing" "$(told "$two" .left_bytes)" 0
is "nothing was unaccounted for" "$(json .unaccounted leakctl devices --json)" 0
finish
