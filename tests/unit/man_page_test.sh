#!/bin/bash
# man_page_test.sh LEAKCTL: leakctl(8) has every command, option and word that leakctl knows, and
# no option that it does not know; groff has no warning about it.
set -uo pipefail

leakctl=$1
page=$(dirname "$0")/../../docs/man/leakctl.8
text=$(sed 's/\\-/-/g; s/\\f.//g' "$page")
failed=0

missing() { # WHAT WORD
	echo "FAILED $1 $2 is not in leakctl.8"
	failed=1
}

mapfile -t commands < <("$leakctl" --help | sed -n '/^Subcommands:/I,$p' | awk 'NR > 1 && NF { print $1 }')
[[ ${#commands[@]} -ge 6 ]] || missing "commands of" "--help"
options=$({
	"$leakctl" --help
	for command in "${commands[@]}"; do "$leakctl" "$command" --help; done
} | grep -oE '(^|[ ,])--?[a-z][a-z-]*' | tr -d ' ,' | sort -u)

for command in "${commands[@]}"; do
	grep -qx "\.B $command" <<<"$text" || missing command "$command"
done
for option in $options; do
	grep -qE -- "(^|[^a-z-])$option([^a-z-]|$)" <<<"$text" || missing option "$option"
done
while read -r option; do
	case $option in
	# Other programs' options, in examples.
	--now | --import) continue ;;
	esac
	grep -qx -- "$option" <<<"$options" || {
		echo "FAILED leakctl.8 has $option, which leakctl does not know"
		failed=1
	}
done < <(grep -oE -- '--[a-z][a-z-]*' <<<"$text" | sort -u)

# leakctl names what it knows when it is given what it does not.
for question in "sites --class nonsense" "sites --sort nonsense" "export --format nonsense" \
	"sockets --sort nonsense" "sockets --family nonsense" "procs --sort nonsense" \
	"config mode=nonsense" "config nonsense=1"; do
	# shellcheck disable=SC2086
	known=$("$leakctl" $question 2>&1 | sed -n 's/; see:.*//; s/.*known: //p' | tr -d ,)
	[[ $known ]] || missing "the answer to" "$question"
	for word in $known; do
		grep -qwF -- "$word" <<<"$text" || missing word "$word"
	done
done

for code in 0 2 3; do
	grep -qx "\.B $code" <<<"$text" || missing "exit status" "$code"
done
warnings=$(groff -man -Tutf8 -ww -z "$page" 2>&1)
[[ -z $warnings ]] || {
	echo "FAILED groff: $warnings"
	failed=1
}
exit $failed
