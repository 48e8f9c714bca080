#!/usr/bin/env bash
# The faults of tests/Watchword.Tests/Faults under load, for longer than ./test.sh has time: ./faults.sh [minutes] [jwtbearer]
# Eleven faults share the minutes, 20 by default: rotations, kills, an issuer that is down or answers badly, revocations, storms,
# wrong clocks and a full disk; and without any issuer, rotations with kills, a stolen key, and bad bundles.
# Ends with a table of what was sent, refused and accepted; 1 if anything was that should not have been.
# With the word jwtbearer, the faults that can be compared run against Microsoft's JwtBearer as well, at the same time and under the same load.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 2

minutes=20 classes=('Watchword.Tests.Faults.*')
export WATCHWORD_FAULTS_PEER=
for argument in "$@"; do
    case $argument in
        jwtbearer) WATCHWORD_FAULTS_PEER=yes ;;
        *[!0-9]* | '') printf 'Usage: ./faults.sh [minutes] [jwtbearer]\n'; exit 2 ;;
        *) minutes=$argument ;;
    esac
done
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
mkdir -p artifacts/faults
export WATCHWORD_FAULTS_MINUTES=$minutes WATCHWORD_FAULTS_REPORT=$PWD/artifacts/faults/report.tsv
: >"$WATCHWORD_FAULTS_REPORT"
[ -z "$WATCHWORD_FAULTS_PEER" ] || classes=(Watchword.Tests.Faults.{Rotation,SilentIssuer,BadAnswer}Tests)

dotnet build tests/Watchword.Tests -c Release -v q --tl:off || exit 2
options=()
for class in "${classes[@]}"; do options+=(-class "$class"); done
dotnet tests/Watchword.Tests/bin/Release/net10.0/Watchword.Tests.dll -noLogo -noColor -noAutoReporters "${options[@]}" | tee artifacts/faults/log
status=${PIPESTATUS[0]}

printf '\n%-20s %-10s %8s %6s %10s %16s %14s %17s\n' fault target minutes keys sent 'wrongly refused' 'to be refused' 'wrongly accepted'
awk -F '\t' '
    { row = $1 FS $2; if (!(row in sent)) rows[++n] = row; minutes[row] += $3; keys[row] += $4; sent[row] += $5; refused[row] += $6; bad[row] += $7; accepted[row] += $8 }
    END { for (i = 1; i <= n; i++) { split(rows[i], name, FS); row = rows[i]
        printf "%-20s %-10s %8.1f %6d %10d %16d %14d %17d\n", name[1], name[2], minutes[row], keys[row], sent[row], refused[row], bad[row], accepted[row] } }
' "$WATCHWORD_FAULTS_REPORT"
exit "$status"
