# Who is near the limit of its descriptors is named, and who keeps deleted files; the figures are those of
# the kernel, and the findings end with their causes.
# not 6.1-debug 6.12-rt-lockdep: no code of the module runs
. /overlay/vm/lib.sh
. /overlay/vm/procs.sh

mib=$((1024 * 1024))

made near descriptors 80 100
near=$maker
is "the kernel's count" "$(find "/proc/$near/fd" -type l | wc -l | tr -d ' ')" 80
check "who is at 80 % is named" accused descriptors "$near"
is "pid, parent, name, count" "$(finding descriptors "$near" '"\(.ppid) \(.comm) \(.count)"')" "$$ gmproc 80"
has "of which kind they are" descriptors "$near" "77 of anon_inode:[eventfd]"
has "the limit" descriptors "$near" "100 may be open"
is "it does not grow" "$(finding descriptors "$near" .growth_per_s)" 0
kill -USR1 "$near"
wait_for 10 grep -q closed /tmp/near
check "when they are closed it is no finding" acquitted descriptors "$near"
kill "$near"

made below descriptors 79 100
check "who is below is none" acquitted descriptors "$maker"
kill "$maker"

made growing descriptors 10 100000 --more=10
interval=3s
look
interval=1s
is "growth alone is told without certainty" "$(finding descriptor_growth "$maker" .confidence)" possible
kill "$maker"

mkdir -p /tmp/space
mount -t tmpfs none /tmp/space
made deleted deleted /tmp/space/app.log $((80 * mib))
keeper=$maker
check "who keeps a deleted file is named" accused deleted_files "$keeper"
is "how much it takes" "$(finding deleted_files "$keeper" .bytes)" "$(told bytes)"
has "which file" deleted_files "$keeper" "/tmp/space/app.log (deleted)"
kill -USR1 "$keeper"
wait_for 10 grep -q closed /tmp/deleted
check "when it is closed it is no finding" acquitted deleted_files "$keeper"
kill "$keeper"

# The system's own limit.
before=$(cat /proc/sys/fs/file-max)
echo $(($(cut -f 1 /proc/sys/fs/file-nr) * 11 / 10)) >/proc/sys/fs/file-max
look
is "the system's limit is told of" "$(jq -r '[.procs[].finding] | join(" ")' $said)" system_files
echo "$before" >/proc/sys/fs/file-max
look
is "and when it is raised, no more" "$(jq -r '[.procs[].finding] | join(" ")' $said)" ""
finish
