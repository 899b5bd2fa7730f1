#!/bin/bash
# version_test.sh: VERSION is the version's home; what cannot read it has to agree with it.
set -uo pipefail

cd "$(dirname "$0")/../.." || exit
version=$(<VERSION)
failed=0

agrees() { # FILE WHAT-IT-SAYS
	[[ $2 == "$version" ]] && return
	echo "FAILED $1 says '$2', VERSION '$version'"
	failed=1
}

agrees dkms.conf "$(sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)"
agrees debian/changelog "$(sed -n '1s/^ghostmem (\(.*\)) .*/\1/p' debian/changelog)"
agrees docs/man/leakctl.8 "$(sed -n 's/^\.TH .*"ghostmem \(.*\)" ".*/\1/p' docs/man/leakctl.8)"
exit $failed
