#!/usr/bin/env bash
# Coverage-guided fuzzing of what reads other people's text: ./fuzz.sh [token|claims|jwk|jwks|jwe|sealed|bundle|all] [seconds each]
# Installs what is missing (as root on Debian and its kin), instruments a copy of the engine, and runs afl-fuzz over
# tests/Watchword.Fuzz with the seeds in its Corpus folder. A later run goes on where the last one ended; the state is in
# artifacts/fuzz. Ends with one line a target; a crash or a hang is kept in artifacts/fuzz/findings and makes it exit with 1.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 2

targets=${1:-all}
seconds=${2:-60}
project=tests/Watchword.Fuzz
state=$PWD/artifacts/fuzz
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
export AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_AUTORESUME=1
export AFL_FORKSRV_INIT_TMOUT=30000
# Compiling a method anew while it is measured looks like a hang.
export DOTNET_TieredCompilation=0

give_up() { printf '%s\n' "$*"; exit 2; }

# The value of a line "name : value" that afl-fuzz wrote.
stat() { sed -n "s/^$2  *: *//p" "$state/$1/default/fuzzer_stats"; }

[ "$targets" = all ] && targets=$(find "$project/Corpus" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort)
for target in $targets; do
    [ -d "$project/Corpus/$target" ] || give_up "There is no target $target."
done
if ! command -v afl-fuzz >/dev/null; then
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || give_up 'Missing: afl++ (Debian: apt-get install afl++).'
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends afl++; } >/dev/null || give_up 'afl++ could not be installed.'
fi
mkdir -p "$state/findings"
dotnet tool restore >/dev/null || give_up 'SharpFuzz.CommandLine could not be restored.'
rm -rf "$state/bin"
dotnet publish "$project" -c Release -o "$state/bin" -v q --tl:off || give_up 'The build failed.'
for target in $targets; do
    dotnet "$state/bin/Watchword.Fuzz.dll" "$target" "$project/Corpus/$target"/* >"$state/$target.log" 2>&1 || { tail -n 5 "$state/$target.log"; give_up "A seed of $target is a finding already."; }
done
dotnet tool run sharpfuzz "$state/bin/Watchword.dll" >/dev/null || give_up 'The engine could not be instrumented.'

status=0
for target in $targets; do
    words=$project/key.dict
    case $target in token | claims | jwe | sealed) words=$project/token.dict ;; bundle) words=$project/bundle.dict ;; esac
    afl-fuzz -V "$seconds" -t 5000 -m none -i "$project/Corpus/$target" -o "$state/$target" -x "$words" \
        dotnet "$state/bin/Watchword.Fuzz.dll" "$target" >"$state/$target.log" 2>&1
    [ -e "$state/$target/default/fuzzer_stats" ] || { tail -n 20 "$state/$target.log"; give_up "afl-fuzz did not start."; }
    found=$(find "$state/$target/default/crashes" "$state/$target/default/hangs" -name 'id*' 2>/dev/null)
    printf '%s: %s executions in %s s, %s edges, %s crashes, %s hangs\n' "$target" "$(stat "$target" execs_done)" \
        "$(stat "$target" run_time)" "$(stat "$target" edges_found)" "$(stat "$target" saved_crashes)" "$(stat "$target" saved_hangs)"
    for file in $found; do
        cp "$file" "$state/findings/$target-$(sha256sum "$file" | cut -c 1-12)"
        status=1
    done
done
[ "$status" -eq 0 ] || { printf 'Findings; repeat one with: dotnet run --project %s -- TARGET FILE\n' "$project"; ls "$state/findings"; }
exit "$status"
