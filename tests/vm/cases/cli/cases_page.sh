# The cases of docs/cases.md go as the page says.
# tier: soak
# kernel: 6.1
# vm: --mem 2G --wire --device edu,id=nic0
# waits: yes
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh
. /overlay/vm/story.sh
. /overlay/vm/stories/cases.sh

# compare() uses it.
# shellcheck disable=SC2034
page=/overlay/docs/cases.md
for each in $situations; do
	compare "$each"
done
finish
