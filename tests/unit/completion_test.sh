#!/bin/bash
# completion_test.sh LEAKCTL: what bash completion offers is what --help lists, and what leakctl
# takes. Calls the function as bash does, with COMP_WORDS split at '='.
set -uo pipefail

leakctl=$1
failed=0
# shellcheck disable=SC1091
. "$(dirname "$0")/../../packaging/bash-completion/leakctl"

same() { # NAME GOT WANT
	[[ $2 == "$3" ]] && return
	printf 'FAILED %s\n  got  %s\n  want %s\n' "$1" "$2" "$3"
	failed=1
}

sorted() { tr ' ' '\n' | sed '/^$/d' | sort | tr '\n' ' '; }

# offers WORD...: completions of the last word
offers() {
	COMP_WORDS=(leakctl "$@")
	COMP_CWORD=$#
	COMPREPLY=()
	_leakctl leakctl "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
	echo "${COMPREPLY[*]-}" | sorted
}

# Long options of --help, and short ones with a value of their own.
listed() { "$leakctl" "$@" --help | grep -oE '(^|[ ,])--[a-z][a-z-]*' | tr -d ' ,' | sort -u | sorted; }
commands() { "$leakctl" --help | sed -n '/^Subcommands:/I,$p' | awk 'NR > 1 && NF { print $1 }' | sorted; }

words=$(commands)
[[ $(wc -w <<<"$words") -ge 6 ]] || same "commands in --help" "$words" "at least six"
same "commands" "$(offers '')" "$words"
same "a command's beginning" "$(offers s)" "sites snapshot sockets status "
same "options before a command" "$(offers --)" "$(listed)"
for word in $words; do
	same "options of $word" "$(offers "$word" --)" "$(listed "$word")"
	same "options of $word after others" "$(offers --top 3 --json "$word" --)" "$(listed "$word")"
done
same "short options" "$(offers export -o '')" "$(compgen -f | sorted)"
same "files of diff" "$(offers diff '')" "$(compgen -f | sorted)"

# Every value offered is taken, and no other known one is missing: leakctl names them itself.
named() { "$leakctl" "$@" 2>&1 | sed 's/.*known: //; s/; see.*//; s/,//g' | sorted; }
same "--sort" "$(offers sites --sort '')" "$(named sites --sort '')"
same "--sort of trace" "$(offers trace --sort '')" "age bytes pages "
same "--sort of sockets" "$(offers sockets --sort '')" "$(named sockets --sort nonsense)"
same "--sort of procs" "$(offers procs --sort '')" "$(named procs --sort nonsense)"
same "--family" "$(offers sockets --family '')" "$(named sockets --family nonsense)"
same "--pid" "$(offers sockets --pid $$)" "$(compgen -G "/proc/$$*" | sed 's,.*/,,' | sorted)"
same "--class" "$(offers sites --class '')" "$(named sites --class nonsense)"
same "--class, a list" "$(offers sites --class direct,sl)" "direct,slab "
same "--format" "$(offers export --format '')" "$(named export --format nonsense)"
same "--format=" "$(offers export --format = fo)" "folded "
same "--sort=" "$(offers --sort = r)" "rate "
same "settings" "$(offers config '')" "budget= interval= mode= skb= "
same "help" "$(offers help '')" "$words"
same "mode" "$(offers config m)" "mode= "
same "mode=" "$(offers config mode =)" "$(named config mode=nonsense)"
same "mode=e" "$(offers config mode = e)" "exact "
same "skb=" "$(offers config skb = '')" "off on "
same "no value of another command" "$(offers status mode = e)" ""
# A value that is complete, or that is none of those offered, is not added to what stands there.
for key in interval budget; do
	[[ $(offers config $key =) ]] || same "values of $key" "" "some"
	for value in $(offers config $key =); do
		same "$key=$value once more" "$(offers config $key = "$value")" "$value "
		said=$("$leakctl" config "$key=$value" extra 2>&1)
		[[ $said == *"'extra'"* ]] || same "$key=$value" "$said" "only 'extra' is refused"
	done
	same "$key= with a value of one's own" "$(offers config $key = 77)" ""
	same "$key= is not offered again" "$(offers config $key)" "$key= "
done
# A kernel without loadable modules has no list of them. Without the module ghostmem there are no sites.
same "--module" "$(offers sites --module '')" \
	"$({ cut -d ' ' -f 1 /proc/modules 2>/dev/null; echo kernel; } | tr '\n' ' ' | sorted)"
# With it, sites tell, unloaded modules too.
leakctl() {
	[[ "$*" == "sites --class all --list-modules" ]] && printf '%s\n' e1000 gone kernel
}
same "--module of sites" "$(offers sites --module '')" "e1000 gone kernel "
same "--module of sites, begun" "$(offers trace --module g)" "gone "
unset -f leakctl
for option in --for --settle --interval --min-age --min-bytes; do
	for value in $(offers trace "$option" ''); do
		command=sites
		[[ $option == --for ]] && command=trace
		[[ $option == --settle ]] && command='trace --for 1s'
		# shellcheck disable=SC2086 # it may be several words
		said=$("$leakctl" $command "$option" "$value" --bogus 2>&1)
		[[ $said == *--bogus* ]] || same "$option $value" "$said" "only --bogus is refused"
	done
done
same "nothing else registered" "$(complete -p leakctl)" "complete -F _leakctl leakctl"
exit $failed
