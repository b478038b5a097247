#!/bin/bash
#
# Installs what the project needs and this machine lacks: the Debian packages
# of deploy/packages, then the pinned JavaScript tools of api-spec/ and tests/.
#
#	deploy/install-packages.sh [section ...]	(default: build run test)
#
# Needs root or a sudo that asks no password.  Without either, and with
# packages missing, it prints the one line to run, changes nothing, exits 2.

set -euo pipefail
cd "$(dirname "$0")/.."

sections=("$@")
[ ${#sections[@]} -gt 0 ] || sections=(build run test)

installed() {
	local status
	status=$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null) || return 1
	[ "$status" = installed ]
}

# A Node that did not come from Debian must not be joined by Debian's npm.
wanted() {
	case "$1" in
	nodejs) ! command -v node >/dev/null ;;
	npm) ! command -v npm >/dev/null ;;
	*) ! installed "$1" ;;
	esac
}

missing_packages() {
	local section package _
	while read -r section package _; do
		case "$section" in '' | '#'*) continue ;; esac
		[[ " ${sections[*]} " == *" $section "* ]] || continue
		if wanted "$package"; then
			echo "$package"
		fi
	done <deploy/packages
}

install_packages() {
	local sudo=()
	if [ "$(id -u)" -ne 0 ]; then
		if ! sudo -n true 2>/dev/null; then
			echo "Липсват пакети; изпълнете:" >&2
			echo "Packages are missing; please run:" >&2
			echo "apt-get install --no-install-recommends $*"
			exit 2
		fi
		sudo=(sudo -n)
	fi
	local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get
		-y -q -o Dpkg::Use-Pty=0)
	"${apt[@]}" update
	"${apt[@]}" install --no-install-recommends "$@" </dev/null
}

# `npm ci` removes and installs anew, so it is skipped while node_modules
# still is what this lock file made.
install_tools() {
	local directory=$1 lock stamp
	[ -f "$directory/package-lock.json" ] || return 0
	lock=$(sha256sum <"$directory/package-lock.json")
	stamp=$directory/node_modules/.zaedno-lock
	if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$lock" ]; then
		return 0
	fi
	echo "installing the JavaScript tools of $directory/"
	(cd "$directory" && npm ci --ignore-scripts --no-audit --no-fund \
		--loglevel=error </dev/null)
	echo "$lock" >"$stamp"
}

mapfile -t missing < <(missing_packages)
if [ ${#missing[@]} -gt 0 ]; then
	install_packages "${missing[@]}"
fi
install_tools api-spec
if [[ " ${sections[*]} " == *" test "* ]]; then
	install_tools tests
fi
