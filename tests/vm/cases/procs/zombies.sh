# A parent that does not wait is named, with how many zombies it has, how fast they grow, how it treats
# SIGCHLD, and the limit of tasks that they eat up; what only looks like a zombie is told apart.
# waits: yes
# not 6.1-debug 6.12-rt-lockdep: no code of the module runs
. /overlay/vm/lib.sh
. /overlay/vm/procs.sh

mount -t cgroup2 none /sys/fs/cgroup
echo +pids >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/job
echo 60 >/sys/fs/cgroup/job/pids.max

made parent zombies 5
parent=$maker
is "its zombies are there" "$(zombies_of "$parent" | wc -l | tr -d ' ')" 5
check "those that have just ended are no finding" acquitted zombies "$parent"
check "the parent is named" wait_for 30 accused zombies "$parent"
is "pid, parent, name" "$(finding zombies "$parent" '"\(.ppid) \(.comm)"')" "$$ gmproc"
is "how many" "$(finding zombies "$parent" .count)" 5
is "they do not grow" "$(finding zombies "$parent" .growth_per_s)" 0
has "a zombie is named" zombies "$parent" "/proc/$(told first)/stat: state Z"
has "how it treats SIGCHLD" zombies "$parent" "SIGCHLD has no handler"
has "what it does" zombies "$parent" "in rt_sigtimedwait"
has "what helps" zombies "$parent" "restart gmproc[$parent]"
is "all zombies are counted" "$(jq .tasks.zombies $said)" 5
kill -STOP "$parent"
wait_for 5 in_state "$parent" T
look
has "of a stopped parent, what helps" zombies "$parent" "kill -CONT $parent"
kill -CONT "$parent"
kill -USR1 "$parent"
check "it waits for them at last" wait_for 10 grep -q reaped /tmp/parent
is "then none is left" "$(zombies_of "$parent")" ""
check "and no finding" acquitted zombies "$parent"
kill "$parent"

made growing zombies 3 --more=200
growing=$maker
echo "$growing" >/sys/fs/cgroup/job/cgroup.procs
check "zombies that become more" wait_for 30 accused zombies "$growing"
check "five each second, or nearly" [ "$(finding zombies "$growing" '.growth_per_s > 1 and .growth_per_s <= 7')" = true ]
has "the limit that they eat up" zombies "$growing" "of 60 that pids.max allows"
kill "$growing"

made first leader-exit 3
first=$maker
wait_for 10 in_state "$first" Z
look
is "a first thread that has ended is no zombie" "$(finding zombies "$first" .pid)" ""
is "it is told apart, without certainty" "$(finding zombie_threads "$first" '"\(.confidence) \(.count)"')" "possible 1"
has "and the others are counted" zombie_threads "$first" "3 other threads"
is "it is not shown without --all" "$(json '[.procs[].finding] | join(" ")' leakctl procs --json)" ""
kill -9 "$first"
finish
