# nginx stops reading: little data in many small segments pins many times its size, and nginx is named.
# needs: CONFIG_DEBUG_INFO_BTF CONFIG_PROC_KCORE
# packages: nginx libpcre2-8-0 libssl3 zlib1g libcrypt1
# vm: --wire --mem 2G
# soak-limit: 1500
# Programs print NAME=VALUE lines, which become variables.
# shellcheck disable=SC2154
. /overlay/vm/lib.sh
. /overlay/vm/sockets.sh

connections=$(paced 3000 200)
packages=/overlay/packages
place=/tmp/nginx

configure() {
	mkdir -p $place
	echo 8192 >/proc/sys/net/core/somaxconn
	# With 2 GiB of memory TCP's own limit is 180 MiB; then it accepts no more data.
	echo 200000 300000 400000 >/proc/sys/net/ipv4/tcp_mem
	cat >$place/conf <<-END
		user root;
		worker_processes 1;
		worker_rlimit_nofile 20000;
		error_log $place/error.log;
		pid $place/pid;
		events { worker_connections 6000; }
		http {
			access_log off;
			client_body_temp_path $place/body;
			proxy_temp_path $place/proxy;
			fastcgi_temp_path $place/fastcgi;
			uwsgi_temp_path $place/uwsgi;
			scgi_temp_path $place/scgi;
			server {
				listen 10.9.0.1:80 backlog=8192;
				location / { return 200; }
			}
		}
	END
}

start_nginx() {
	LD_LIBRARY_PATH=$packages/usr/lib/x86_64-linux-gnu:$packages/lib/x86_64-linux-gnu \
		$packages/usr/sbin/nginx -p $place -c $place/conf || return
	wait_for 10 test -s $place/pid
	master=$(cat $place/pid)
	wait_for 10 grep -q . "/proc/$master/task/$master/children"
	worker=$(awk '{ print $1 }' "/proc/$master/task/$master/children")
}

accepted() { [ "$(find "/proc/$worker/fd" | wc -l)" -gt $connections ]; }
received() { ss -tnH src 10.9.0.1 | awk -v want="$1" '{ got += $2 } END { exit got < want }'; }

# stop_reading SEGMENTS: clients connect, nginx accepts, stops, and then gets so many segments each,
# among other traffic, which leaves nothing but holes around them.
stop_reading() {
	start_nginx || not_ok "nginx starts" "$(cat $place/error.log)"
	in=$outside make clients 10.9.0.1 80 $connections "$1" 200 --filler=3 || return
	check "nginx has accepted them" wait_for 120 accepted
	kill -STOP "$worker"
	kill -USR1 "$job"
	check "the segments are sent" wait_for 600 said sent
	check "and have come" wait_for 200 received $(($1 * 200 * connections))
	settle
}

stop_nginx() {
	kill -KILL "$worker" "$master"
	settle
}

# The answer has several MiB, for which jq takes seconds, so each question is one pass.
of_census() {
	jq -r --argjson worker "$worker" '[.sockets[] | select(.pid == $worker)] as $rows | .sockets[0] as $first |
		"first=\"\($first.comm) \($first.pid)\"",
		"rows=\([$rows[] | select(.pinned_bytes > 0)] | length)",
		"data=\([$rows[].bytes] | add)",
		"alone=\([$rows[].pinned_bytes] | add)",
		"slab=\([$rows[].slab_bytes] | add)",
		"shared=\(.census.shared_bytes)",
		"together=\(.census.pinned_bytes)",
		"amplification=\($first.amplification * 1000 | floor)",
		"quotient=\($first.pinned_bytes * 1000 / $first.bytes | floor)"' $CENSUS
}
of_witness() {
	jq -r '"saw_rows=\([.sockets[] | select(.pinned_bytes > 0)] | length)",
		"saw_data=\(.total.bytes)",
		"saw_alone=\([.sockets[].pinned_bytes] | add)",
		"saw_together=\(.total.pinned_bytes)",
		"saw_slab=\(.total.slab_bytes)"' $WITNESS
}

# story TITLE SEGMENTS: that many segments for each connection
story() {
	title=$1
	stop_reading "$2"
	[ -e /sys/module/ghostmem ] || modprobe ghostmem
	census
	witness process "$worker"
	eval "$(of_census)"
	eval "$(of_witness)"
	is "$title: the first row is nginx's worker" "$first" "nginx $worker"
	is "$title: all its connections are there" "$rows" "$saw_rows"
	is "$title: with their data" "$data" "$saw_data"
	# What is sent again may come in one sk_buff with what follows it: its data is there twice.
	near "$title: which is what was sent" "$data" $((connections * 200 * $2))
	near "$title: what they pin, each alone" "$alone" "$saw_alone"
	near "$title: what they pin together" "$together" "$saw_together"
	is "$title: where that is less, blocks are told to be shared" \
		"$([ "$together" -lt "$alone" ] && echo yes)" "$([ "$shared" -gt 0 ] && echo yes)"
	near "$title: slab" "$slab" "$saw_slab"
	check "$title: ten times the data, at least" test "$amplification" -ge 10000
	near "$title: amplification" "$amplification" "$quotient"
	check "$title: status names it" sh -c "leakctl status | grep -q 'nginx\[$worker\]'"

	settle
	ghosts=$(ghost_bytes)
	stop_nginx
	# The cards, or their page pools, keep a few hundred of the pages that a socket gives back.
	near "$title: killed, it gives back" $((ghosts - $(ghost_bytes))) "$together" 10 1048576
	census
	is "$title: and is in the census no more" \
		"$(counted '[.sockets[] | select(.comm == "nginx")] | length')" 0
	is "$title: status says fine" "$(json .verdict.level leakctl status --json)" ok
	unmake
}

configure
lay_wire
modprobe ghostmem
story "watched" 26
rmmod ghostmem
story "loaded afterwards" 26
finish
