# A device and a module that have gone have receipts that say what they left, to the byte: at a clean
# unplug, at one that leaks, after a probe that failed, and when the module is unloaded.
# tier: soak on 6.1-debug
# vm: --device edu,id=edu0
. /overlay/vm/lib.sh
. /overlay/vm/devices.sh

modprobe ghostmem mode=exact
edu=$(edus)
modprobe gmlab_pci forget=none
check "driver binds" wait_for 20 bound
is "the device holds what its driver counts" "$(told "$edu" .held_bytes)" "$(held)"
is "it is named" "$(told "$edu" '[.bus, .driver, .module, .state] | join(",")')" \
	pci,gmlab_pci,gmlab_pci,bound
is "it has left nothing yet" "$(told "$edu" '[.left_bytes, .lives] | join(",")')" 0,0

# What is followed in the background has to say it within five seconds.
leakctl events --follow >/tmp/followed &
follower=$!
unplug edu0
check "a clean unplug has a receipt" wait_for 5 has_receipts "$edu" 1
is "it says that nothing is left" "$(receipt_of "$edu" .left_bytes)" 0
is "nor is anything doubtful" "$(receipt_of "$edu" '.flags | length')" 0
is "the device is removed" "$(told "$edu" .state)" removed
is "and holds nothing" "$(told "$edu" .held_bytes)" 0

echo all >/sys/module/gmlab_pci/parameters/forget
plug edu edu1
check "driver binds again" wait_for 20 bound
is "the same place is the same device" "$(told "$edu" '[.state, .lives] | join(",")')" bound,1
unplug edu1
said() { grep -q "$edu (gmlab_pci): left .*($(forgotten) bytes)" /tmp/followed; }
check "events --follow tells the bytes within five seconds" wait_for 5 said
is "the receipt is exact" "$(receipt_of "$edu" .left_bytes)" "$(forgotten)"
is "so is the account" "$(told "$edu" .left_bytes)" "$(forgotten)"
is "it took two seconds or little more" "$(receipt_of "$edu" '.settled_s >= 2 and .settled_s < 4')" true
is "a function of each door is named" "$(receipt_of "$edu" \
	'[.sites[].symbol | ltrimstr("gmlab_take_")] | sort | join(",")')" \
	bulk,exact,frag,gfp,order3,order5,page,vmalloc
kill -INT $follower
wait $follower
is "Ctrl-C ends following without an error" $? 0
is "each event was followed once" "$(sort /tmp/followed | uniq -d | wc -l)" 0

# A probe that fails and forgets half of what it took.
before=$(forgotten)
echo gfp >/sys/module/gmlab_pci/parameters/forget
echo 50 >/sys/module/gmlab_pci/parameters/percent
echo Y >/sys/module/gmlab_pci/parameters/refuse
plug edu edu2
failed_probe() { [ "$(forgotten)" -gt "$before" ]; }
check "a probe fails" wait_for 20 failed_probe
check "it has a receipt" wait_for 5 has_receipts "$edu" 3
is "which says so" "$(receipt_of "$edu" '.flags | index("probe_failed") != null')" true
is "and what it left" "$(receipt_of "$edu" .left_bytes)" $(($(forgotten) - before))
is "the device is there, without a driver" "$(told "$edu" .state)" unbound
unplug edu2

lost=$(forgotten)
rmmod gmlab_pci
check "the module has a receipt" wait_for 5 has_receipts gmlab_pci 1
is "with all that it left" "$(receipt_of gmlab_pci .left_bytes)" "$lost"
is "modules tells the same" "$(json '.modules[] | select(.name == "gmlab_pci") |
	[.state, .live_bytes, .left_bytes, .lives] | join(",")' leakctl modules --json)" \
	"unloaded,$lost,$lost,1"
is "the device's sites keep their names" "$(told "$edu" \
	'[.sites[] | select(.module_state != "unloaded" or .symbol == null)] | length')" 0
is "and its bytes" "$(told "$edu" .left_bytes)" "$lost"
check "the text names device, bytes and function" sh -c "leakctl devices | tee /dev/stderr |
	grep -q 'left .* taken in gmlab_take_order5+0x[0-9a-f]* \[gmlab_pci (unloaded)\]'"

leakctl reset
is "a reset forgets what was left" "$(told "$edu" .left_bytes)" 0
is "and what receipts said, which is then unknown" "$(receipt_of "$edu" .left_bytes)" null
is "nothing was unaccounted for" "$(json .unaccounted leakctl events --json)" 0
finish
