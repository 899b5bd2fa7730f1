# The situations of docs/status.md look as the page says, and each fits a terminal of 80 x 24.
# kernel: 6.1
# vm: --mem 2G --device edu,id=nic0 --device virtio-balloon-pci,id=balloon
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh
. /overlay/vm/story.sh
. /overlay/vm/stories/status.sh

# compare() uses it.
# shellcheck disable=SC2034
page=/overlay/docs/status.md
for each in $situations; do
	compare "$each"
	check "$(title "$each"): and 24 lines" [ "$(sed '1,/^\$ leakctl/d' /tmp/now | wc -l)" -le 23 ]
done
finish
