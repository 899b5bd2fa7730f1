# Without the module leakctl sockets agrees with ss -m in every namespace, and shows no other user's sockets.
# not 6.1-debug: nothing of ours is in the kernel but at the end
. /overlay/vm/lib.sh
. /overlay/vm/diag.sh

nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
own=$(json .own_netns leakctl sockets --json)

# Another namespace, named in each possible way; leakctl itself stays in its own.
ip netns add blue
ip netns exec blue ip link set lo up
made_by ip netns exec blue -- tcp=20000 udp=3000
blue=$(stat -L -c %i /run/netns/blue)
agrees "another namespace: tcp" tcp server w ip netns exec blue ss -Hatnem
something "another namespace: tcp" tcp server
agrees "another namespace: udp" udp receiver t ip netns exec blue ss -Hauenm
is "another namespace: its number and name" "$(ours "$(field tcp server 5)" '"\(.netns) \(.netns_name)"')" "$blue blue"
for name in blue "$blue" "$(field tcp server 3)" /run/netns/blue; do
	is "--netns $name" "$(json '[.sockets[].netns] | unique | tostring' leakctl sockets --json --netns "$name")" "[$blue]"
done
is "--netns of the own one" "$(json '[.sockets[].netns] | unique | tostring' leakctl sockets --json --netns $$)" "[$own]"
# A namespace that only a process holds.
made_by unshare -n -- unix_stream=3000
is "a namespace without a name" "$(ours "$(field unix_stream sender 5)" '"\(.netns_name) \(.netns != '"$own"')"')" "null true"
agrees "a namespace without a name" unix_stream sender t nsenter -n -t "$(field unix_stream sender 3)" ss -Haxem

# No user sees anything of other users.
of_others() { jq -r '[.sockets[] | select(.comm != "gmpeer" and .comm != null or .uid == 0 or .pid == null)] | length'; }
is "an unprivileged user without sockets sees none" \
	"$(json '.sockets | length' $nobody leakctl sockets --json)" 0
is "root of a user namespace sees none of others'" \
	"$(json '.sockets | length' $nobody unshare -Ur leakctl sockets --json)" 0
made_by $nobody -- udp=3000 unix_stream=2000
is "an unprivileged user sees their own" \
	"$($nobody leakctl sockets --json | jq -r '[.sockets[].inode] | sort | join(" ")')" \
	"$(awk 'NF == 5 { print $5 }' "$made" | sort -n | tr '\n' ' ' | sed 's/ $//')"
is "and of nobody else's" "$($nobody leakctl sockets --json | of_others)" 0
is "with the truesize that ss -m has" \
	"$($nobody leakctl sockets --json --inode "$(field udp receiver 5)" | jq .sockets[0].meminfo.rmem_alloc_bytes)" \
	"$(part "$(theirs "$(field udp receiver 5)" ss -Hauenm)" r)"
is "nor by its number" "$(status_of $nobody leakctl sockets --inode 1)" 3
is "it says so, on one line" "$($nobody leakctl sockets --json | jq -r '[.notes[] | select(test("not those of others"))] | length')" 1
is "an unprivileged user's exit status" "$(status_of $nobody leakctl sockets)" 0
check "root sees them all the same" sh -c "leakctl sockets --inode $(field udp receiver 5)"

# With the module the same is true for users who may not ask it, or cannot reach it.
modprobe ghostmem
is "with the module: an unprivileged user sees their own" \
	"$($nobody leakctl sockets --json | jq -r '"\(.source) \([.sockets[].inode] | sort | join(" "))"')" \
	"sock_diag $(awk 'NF == 5 { print $5 }' "$made" | sort -n | tr '\n' ' ' | sed 's/ $//')"
is "with the module: and is told what it takes" \
	"$($nobody leakctl sockets --json | jq -r '.why_not_module | contains("CAP_NET_ADMIN")')" true
is "with the module: from another network namespace" \
	"$(unshare -n leakctl sockets --json | jq -r '"\(.source) \(.why_not_module | contains("network namespace"))"')" \
	"sock_diag true"
rmmod ghostmem
# shellcheck disable=SC2086 # one word each
kill $peers
finish
