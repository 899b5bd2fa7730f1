# What the cases of devices have in common.
# shellcheck shell=sh

driver=/sys/bus/pci/drivers/gmlab_pci

# The PCI devices that the lab's driver could be bound to.
edus() { grep -l '^0x1234$' /sys/bus/pci/devices/*/vendor | while read -r file; do
	grep -q '^0x11e8$' "${file%vendor}device" && basename "${file%/vendor}"
done; }

# told DEVICE FILTER: what jq's FILTER says of the device in `leakctl devices`; null: it is not there
told() { json "([.devices[] | select(.device == \"$1\")] | first) | $2" leakctl devices --all --json; }

# receipt_of NAME FILTER: the same of the last receipt of a device or a module
receipt_of() {
	json "([.events[] | select(.event == \"receipt\" and (.device // .module) == \"$1\")] | last) | $2" \
		leakctl events --json
}

receipts() {
	json "[.events[] | select(.event == \"receipt\" and (.device // .module) == \"$1\")] | length" \
		leakctl events --json
}

# has_receipts NAME COUNT
has_receipts() { [ "$(receipts "$1")" = "$2" ]; }

bind() { echo "$1" >$driver/bind; }
unbind() { echo "$1" >$driver/unbind; }

held() { cat /sys/module/gmlab_pci/parameters/held_bytes; }
