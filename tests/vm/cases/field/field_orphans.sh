# The first process of a container does not wait for what it inherits: it is named, with the limit of tasks that
# its zombies eat up.
# waits: yes
# not 6.1-debug 6.12-rt-lockdep: no code of the module runs
. /overlay/vm/lib.sh
. /overlay/vm/procs.sh

mount -t cgroup2 none /sys/fs/cgroup
echo +pids >/sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/job
echo 512 >/sys/fs/cgroup/job/pids.max
echo $$ >/sys/fs/cgroup/job/cgroup.procs
made container orphans 500
echo $$ >/sys/fs/cgroup/cgroup.procs
init=$(told init)
is "its zombies are there" "$(zombies_of "$init" | wc -l | tr -d ' ')" 500
for load in before after; do
	[ $load = before ] || modprobe ghostmem
	check "$load: who does not wait is named" wait_for 30 accused zombies "$init"
	is "$load: how many" "$(finding zombies "$init" .count)" 500
	has "$load: the limit that they eat up" zombies "$init" "of 512 that pids.max allows"
	is "$load: nobody else is" "$(jq -r '[.procs[] | select(.finding == "zombies") | .pid] | join(" ")' $said)" "$init"
done
rmmod ghostmem
kill "$maker"
finish
