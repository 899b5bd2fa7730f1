#!/bin/bash
# reference_test.sh REFERENCE: the completion of bash, leakctl(8) and docs/verdicts.md are as the commands'
# descriptors and the rules have them. GHOSTMEM_UPDATE_GOLDEN=1 rewrites them.
set -uo pipefail

cd "$(dirname "$0")/../.." || exit
failed=0
new=$(mktemp)
trap 'rm -f "$new"' EXIT
for file in packaging/bash-completion/leakctl docs/man/leakctl.8 docs/verdicts.md; do
	"$1" "$file" >"$new" || exit
	[[ ! ${GHOSTMEM_UPDATE_GOLDEN-} ]] || cp "$new" "$file"
	diff -u "$file" "$new" || {
		echo "FAILED $file is not what the commands say: GHOSTMEM_UPDATE_GOLDEN=1 $0 $1"
		failed=1
	}
done
exit $failed
