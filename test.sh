#!/usr/bin/env bash
# The test command. On a machine with the .NET 10 SDK it sets up what else is missing (only as root on Debian and
# its kin; elsewhere it says what is missing), builds everything once, publishes the command-line tool natively, runs
# all tests, and ends with one line: "N passed, N failed, N skipped". It exits with 0 only if every test that ran
# passed. Arguments go to the test runner: ./test.sh -class "Watchword.Tests.Jwt.*"
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
# Nothing that is started here may outlive this script, so no build server is left behind.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
# Each host in a test would watch its settings files; machines allow few watches, and no test changes those files.
export DOTNET_hostBuilder__reloadConfigOnChange=false

passed=0 failed=0 skipped=0
temp=$(mktemp -d "${TMPDIR:-/tmp}/watchword.XXXXXX") || exit 1
chmod 711 "$temp" # PostgreSQL runs as its own user and keeps its files below
export TMPDIR=$temp
running='' policy=''

say() { printf '%s\n' "$*"; }

clean_up() {
    trap - EXIT INT TERM HUP
    [ -n "$running" ] && { kill -KILL -- "-$running"; wait "$running"; } 2>/dev/null
    [ -n "$policy" ] && rm -f "$policy"
    # A PostgreSQL that the tests did not come to stop: it is a session of its own.
    local server
    for server in "$temp"/*/data/postmaster.pid; do
        [ -r "$server" ] && kill -QUIT "$(head -n 1 "$server")" 2>/dev/null
    done
    rm -rf "$temp"
}

finish() {
    clean_up
    [ $((passed + failed)) -gt 0 ] || { say 'No test ran, which is not a success.'; failed=1; }
    say "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
    exit
}

give_up() { say "$*"; failed=$((failed + 1)); finish; }

trap clean_up EXIT
trap 'give_up "Interrupted."' INT TERM HUP

# Runs a command in a process group of its own, so that whatever it leaves behind can be ended with it.
start_group() {
    set -m
    "$@" </dev/null &
    running=$!
    set +m
}

end_group() {
    local status
    wait "$running"
    status=$?
    kill -KILL -- "-$running" 2>/dev/null
    running=''
    return "$status"
}

in_group() { start_group "$@"; end_group; }

# A download can fail for no fault of ours: three attempts. What the compiler says is final.
three_times() {
    local attempt
    for attempt in 1 2 3; do
        in_group "$@" >"$temp/log" 2>&1 && return 0
        [ "$1" != dotnet ] || grep -qE 'error (NU|MSB4236)' "$temp/log" || break
        [ "$attempt" = 3 ] || sleep $((attempt * 3))
    done
    cat "$temp/log"
    return 1
}

has() { command -v "$1" >/dev/null 2>&1; }
has_native_tools() { has clang && [ -e /usr/include/zlib.h ]; }
has_jwcrypto() { [ -x /usr/bin/python3 ] && /usr/bin/python3 -c 'import jwcrypto' 2>/dev/null; }
has_postgres() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }

install_missing() {
    local packages=()
    has_native_tools || packages+=(clang zlib1g-dev)
    has_postgres || packages+=(postgresql)
    has node || packages+=(nodejs npm)
    has_jwcrypto || packages+=(python3-jwcrypto)
    [ ${#packages[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -eq 0 ] && has apt-get; then
        say "Installing ${packages[*]}"
        export DEBIAN_FRONTEND=noninteractive
        # The tests start their own PostgreSQL: the package must not start one that stays.
        if [ ! -e /usr/sbin/policy-rc.d ]; then
            policy=/usr/sbin/policy-rc.d
            printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod 755 "$policy"
        fi
        three_times apt-get update -qq || say 'The package lists could not be read.'
        three_times apt-get install -y -qq --no-install-recommends "${packages[@]}" || say 'The packages could not be installed.'
        [ -n "$policy" ] && rm -f "$policy" && policy=''
    fi
    has_native_tools || say 'Missing: clang and zlib1g-dev. The tool is tested as built, not as published natively.'
    has_postgres || say 'Missing: postgresql. The tests that need a PostgreSQL server are skipped.'
    has_jwcrypto || say 'Missing: python3-jwcrypto. The tests with that library are skipped.'
    has node || say 'Missing: node and npm. The tests with JavaScript libraries are skipped.'
}

install_node_packages() {
    local lock=tests/node/package-lock.json installed=tests/node/node_modules/.package-lock.json
    has node || return 0
    [ -e "$installed" ] && [ ! "$lock" -nt "$installed" ] && return 0
    has npm || { say 'Missing: npm. The tests with JavaScript libraries are skipped.'; return 0; }
    three_times npm ci --prefix tests/node --no-audit --no-fund || say 'npm could not install what tests/node asks for.'
}

build() {
    say 'Restoring'
    three_times dotnet restore Watchword.slnx -v q || give_up 'The packages could not be restored.'
    say 'Building'
    in_group dotnet build Watchword.slnx -c Release --no-restore -v q --tl:off || give_up 'The build failed.'
}

publish() {
    rm -rf artifacts/watchword
    unset WATCHWORD_CLI
    has_native_tools || return 0
    say 'Publishing the tool natively'
    if ! three_times dotnet publish src/Watchword.Cli -c Release -o artifacts/watchword -v q --tl:off; then
        say 'The tool could not be published.'
        failed=$((failed + 1))
    elif grep -E 'warning [A-Z]+[0-9]+' "$temp/log"; then
        say 'The tool was published with warnings.'
        failed=$((failed + 1))
    else
        export WATCHWORD_CLI=$PWD/artifacts/watchword
    fi
}

# The runner's summary has the counts, and its output the reasons why tests were skipped.
run_tests() {
    say 'Testing'
    local log=$temp/tests.log counts status follower total errors wrong left
    # The output goes to a file and not into a pipe: a process that a test left behind could hold a pipe open.
    # What the tests leave in the home folder goes with our temporary files.
    HOME=$temp start_group timeout --kill-after=10 800 dotnet tests/Watchword.Tests/bin/Release/net10.0/Watchword.Tests.dll \
        -noLogo -noColor -noAutoReporters "$@" >"$log" 2>&1
    tail -n +1 -f --pid="$running" "$log" &
    follower=$!
    end_group
    status=$?
    wait "$follower"
    counts=$(sed -nE 's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/p' "$log" | tail -n 1)
    if [ -z "$counts" ]; then
        failed=$((failed + 1))
        [ "$status" -eq 124 ] && say 'The tests took longer than 800 seconds and were ended.'
        say "The test run ended early, with status $status."
        return
    fi
    read -r total errors wrong left <<<"$counts"
    skipped=$left
    passed=$((passed + total - wrong - left))
    failed=$((failed + wrong + errors))
    [ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || { say "The test run ended with status $status."; failed=$((failed + 1)); }
    [ "$skipped" -eq 0 ] || { say 'Skipped:'; awk '/\[SKIP\]$/ { on = 1; print; next } /^      / { if (on) print; next } { on = 0 }' "$log"; }
}

has dotnet || give_up 'Missing: the .NET 10 SDK.'
install_missing
install_node_packages
build
publish
run_tests "$@"
finish
