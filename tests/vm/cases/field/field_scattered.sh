# Few unread bytes that pin much memory, because each lies in a block of its own: the process, its socket, what
# waits there and what that pins are told, whether the module was loaded before or after.
# not 6.1-debug 6.12-rt-lockdep: sockets_kinds covers the code of the module
. /overlay/vm/field.sh

count=8000
ip link set lo up
for order in $orders; do
	settle
	free=$(free_bytes)
	arrive "$order"
	make scattered $count
	see "$order"
	near "$order: what they pin" "$(finding unread_socket .bytes)" $((count * 32768)) 20
	says "$order: who does not read" "gmsock[$pid]"
	census
	is "$order: what waits in the socket" "$(queue "$inode" receive .bytes)" $((count * 100))
	unmake
	leave "$order"
	check "$order: it was as much as that" [ $((free - $(settled_free))) -le $((16 * mib)) ]
done
finish
