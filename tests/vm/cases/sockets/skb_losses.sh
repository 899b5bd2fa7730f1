# A driver that loses sk_buffs is named, with the exact count, function and device, even after it is unloaded.
. /overlay/vm/lib.sh
. /overlay/vm/skbs.sh

### On and off

modprobe ghostmem mode=off
is "sk_buffs are not watched by themselves" "$(skbs .skb)" null
is "nothing is hooked" "$(skbs '[.hooks[] | select(.name | startswith("skb_"))] | length')" 0
is "there is no listing" "$(status_of leakctl sites --class skb)" 3
is "it says how to have one" "$(grep -c "leakctl config skb=on" "$ERR")" 1
check "switches on" leakctl config skb=on
is "every door is seen" "$(hook_states skb_)" attached
# Nearly every allocation path is seen by a function that is called on it; a kretprobe misses some returns.
is "hardly a return is watched" "$(skbs '[.hooks[] | select(.kind == "kretprobe") |
	.target // "" | select(startswith("alloc_") or startswith("move_") | not)] | unique | . - ["slab_build_skb", "napi_alloc_skb"] |
	join(",")')" ""
is "the tracker's mode is still off" "$(skbs .module.mode)" off

### What is lost

modprobe gmlab_skbs
want=$(lost)
cat $lab/lost >/tmp/lost
is "what the driver lost is seen exactly" "$(sites .live_skbs --module gmlab_skbs)" "$want"
leakctl sites --class skb --module gmlab_skbs --json |
	jq -r '.sites | group_by(.symbol)[] | "\(.[0].symbol) \(map(.live_skbs) | add)"' >/tmp/found
while read -r function count; do
	is "$function is named with its count" "$(awk -v name="$function" '$1 == name { print $2 }' /tmp/found)" "$count"
done </tmp/lost
is "all are of its device" "$(sites '.devices[] | select(.name == "gmlab0" and .state == "present") |
	.live_skbs' --module gmlab_skbs)" "$want"
is "no other site has any of it" "$(sites 'select(.module != "gmlab_skbs") | .devices[] |
	select(.name == "gmlab0") | .live_skbs')" 0
check "their bytes are told" test "$(sites .live_bytes --module gmlab_skbs)" -gt $((want * 640))
rmmod gmlab_skbs
is "after rmmod they are still there" "$(sites .live_skbs --module gmlab_skbs)" "$want"
is "the module is unloaded" "$(json '[.sites[].module_state] | unique | join(",")' \
	leakctl sites --class skb --json --module gmlab_skbs)" unloaded
is "its device is gone, and has its name" "$(sites '.devices[] |
	select(.name == "gmlab0" and .state == "gone") | .live_skbs' --module gmlab_skbs)" "$want"
check "frames are still readable" sh -c "leakctl sites --class skb --module gmlab_skbs --stacks |
	grep -q 'gmlab_init+0x[0-9a-f]*/0x[0-9a-f]* \[gmlab_skbs, unloaded\]'"

# The same driver again, perhaps at the same address, is told apart; an sk_buff that is freed is gone.
# The time of an allocation is known to the second: a device that appears at the same address less than
# three seconds later is taken for the device of the sk_buff.
sleep 4
modprobe gmlab_skbs count=20 name=gmlab1
again=$(lost)
is "what it loses anew is told apart" "$(sites '.devices[] | select(.name == "gmlab1") |
	.live_skbs' --module gmlab_skbs)" "$again"
is "all together" "$(sites .live_skbs --module gmlab_skbs)" $((want + again))
echo 1 >$lab/found
is "what is given back is gone" "$(sites .live_skbs --module gmlab_skbs)" "$want"
rmmod gmlab_skbs

### What was there before is not known

modprobe gmlab_skbs count=50 name=gmlab2
check "a reset forgets them" leakctl reset
is "none of them is known" "$(sites .live_skbs --module gmlab_skbs)" 0
unknown=$(skbs .skb.unknown)
held=$(lost)
echo 1 >$lab/found
is "those that die now were unknown, all of them" $(($(skbs .skb.unknown) - unknown)) "$held"
rmmod gmlab_skbs
leakctl reset

### A table that is full

rmmod ghostmem
modprobe ghostmem mode=off skb=1 max_skbs=512
is "the parameter switches it on" "$(skbs .skb.room)" 512
modprobe gmlab_skbs count=200 name=gmlab3
seen=$(sites .live_skbs --module gmlab_skbs)
# Some were allocated and freed in between.
check "what finds no room is counted" test "$(skbs .skb.lost.skb_room)" -ge $(($(lost) - seen))
check "and what found some is seen ($seen)" test "$seen" -gt 450 -a "$seen" -le 512
echo 1 >$lab/found
is "all of that is gone then" "$(sites .live_skbs --module gmlab_skbs)" 0
rmmod gmlab_skbs
check "the module unloads" rmmod ghostmem
finish
