#### strict mode stops at the first failure
cat > s.sh <<'E'
#!/usr/bin/env bash
set -euo pipefail
echo start
false | true
echo never
E
bash s.sh; echo "code $?"
#### unset variables under -u
bash -c 'set -u; echo "${missing:-default}"; echo "$missing"; echo never' 2>/dev/null; echo "code $?"
#### main with usage
cat > tool <<'E'
#!/bin/bash
set -euo pipefail
usage() { cat <<U
usage: ${0##*/} [-n NAME] COMMAND
U
exit "${1:-0}"; }
main() {
  local name=world
  while getopts ':n:h' opt; do
    case $opt in
      n) name=$OPTARG ;;
      h) usage ;;
      :) echo "option -$OPTARG needs a value" >&2; usage 2 >&2 ;;
      \?) echo "unknown option -$OPTARG" >&2; usage 2 >&2 ;;
    esac
  done
  shift $((OPTIND - 1))
  [ $# -gt 0 ] || usage 64
  echo "$1, $name"
}
main "$@"
E
chmod +x tool; ./tool hi; ./tool -n bob hi; ./tool; echo $?; ./tool -x 2>&1; echo $?; ./tool -n 2>&1; echo $?; ./tool -h
#### trap removes the temporary directory
cat > s.sh <<'E'
set -e
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"; echo "cleaned, status $?"' EXIT
echo "$tmp" > where
touch "$tmp/file"
grep -q nothing "$tmp/file"
echo never
E
bash s.sh; echo "code $?"; [ -e "$(cat where)" ] || echo gone
#### ERR trap tells the line
cat > s.sh <<'E'
set -Eeuo pipefail
trap 'echo "failed at line $LINENO: $BASH_COMMAND" >&2' ERR
f() {
  false
}
echo one
f
E
bash s.sh 2>&1; echo "code $?"
#### die and warn
warn() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { warn "$@"; exit 1; }
(die "no config") 2>&1 | sed 's/^[^:]*: //'; need() { command -v "$1" >/dev/null 2>&1 || { echo "need $1"; return 1; }; }; need sh && need no-such-tool-x
#### require root or not
if [ "$(id -u)" -eq 0 ]; then echo root; else echo user; fi; [[ $EUID -eq 0 ]] && echo same
#### retry until it works
attempt=0; flaky() { attempt=$((attempt + 1)); [ "$attempt" -ge 3 ]; }
retry() { local n=1 max=$1; shift; until "$@"; do [ $n -ge $max ] && { echo "gave up after $n"; return 1; }; echo "try $n failed"; n=$((n + 1)); done; echo "worked at try $n"; }
retry 5 flaky; attempt=-9; retry 2 flaky; echo $?
#### timeout of a command that hangs
timeout 0.2 sleep 10; echo "code $?"; timeout 5 true; echo "code $?"; timeout --preserve-status -s INT 0.2 sleep 5; echo "code $?"
#### lock by mkdir
lock() { mkdir "$1.lock" 2>/dev/null; }; lock job && echo got; lock job || echo busy; rmdir job.lock; lock job && echo again
#### lock by noclobber
( set -o noclobber; echo $$ > pidfile ) 2>/dev/null && echo mine; ( set -o noclobber; echo $$ > pidfile ) 2>/dev/null || echo taken
#### a pid file and kill
sleep 30 & echo $! > pid; kill -0 "$(cat pid)" && echo running; kill "$(cat pid)"; wait "$(cat pid)" 2>/dev/null; echo "code $?"; kill -0 "$(cat pid)" 2>/dev/null || echo stopped
#### config with defaults
cat > app.conf <<'E'
# settings
PORT=8080
NAME="my app"
E
: "${PORT:=80}" "${HOST:=localhost}"; . ./app.conf; echo "$HOST:$PORT ($NAME)"
#### functions return by name
get() { local -n out=$1; out="value of $2"; }; get result key; echo "$result"; split() { local -n arr=$1; IFS=, read -ra arr <<< "$2"; }; split parts a,b,c; echo "${#parts[@]} ${parts[1]}"
#### dispatch on sub-commands
cmd_start() { echo "starting $*"; }; cmd_stop() { echo stopping; }
run() { local c=$1; shift || true; if declare -F "cmd_$c" >/dev/null; then "cmd_$c" "$@"; else echo "unknown: $c"; return 2; fi; }
run start a b; run stop; run fly; echo $?
#### long options by hand
parse() { force=0 out= ; local rest=(); while [ $# -gt 0 ]; do case $1 in -f|--force) force=1 ;; -o|--output) out=$2; shift ;; --output=*) out=${1#*=} ;; --) shift; rest+=("$@"); break ;; -*) echo "bad option $1"; return 1 ;; *) rest+=("$1") ;; esac; shift; done; echo "force=$force out=$out rest=${rest[*]}"; }
parse -f x --output=o y; parse -o p -- -z; parse --wrong
#### getopt from util-linux
args=$(getopt -o ab:c:: -l alpha,beta:,gamma:: -n prog -- -a -b x --gamma=y --beta 'z w' rest -- more); echo "$args"; eval set -- "$args"; while :; do case $1 in -a|--alpha) echo A; shift ;; -b|--beta) echo "B $2"; shift 2 ;; -c|--gamma) echo "C $2"; shift 2 ;; --) shift; break ;; esac; done; echo "left: $*"
#### yes or no
confirm() { read -r -p "sure? " a; case $a in [yY]*) echo yes ;; *) echo no ;; esac; }; confirm <<< Yes; confirm <<< n; confirm < /dev/null
#### a menu
select x in start stop quit; do case $x in quit) break ;; '') echo "what?" ;; *) echo "chose $x" ;; esac; done 2>/dev/null <<< $'1\n9\n3'
#### checks before work
for v in A B C; do eval "[ -n \"\${$v:-}\" ]" || missing+=" $v"; done; echo "missing:$missing"; A=1; for v in A B; do [[ -v $v ]] && echo "$v set" || echo "$v unset"; done
#### dry run
run() { if [ "${DRY:-0}" = 1 ]; then printf '+'; printf ' %q' "$@"; echo; else "$@"; fi; }; DRY=1 run rm -rf 'a b' '$x'; run echo real
#### xtrace of a script
bash -xc 'a=1; echo "$a b" | cat; [ "$a" = 1 ]; for i in x; do :; done' 2>&1 | sort
#### script directory
mkdir -p lib; echo 'echo "lib from ${BASH_SOURCE[0]##*/}"' > lib/l.sh; cat > m.sh <<'E'
dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$dir/lib/l.sh"; echo "${dir##*/}" | wc -l; basename "$0"
E
bash ./m.sh
#### idempotent setup
ensure_dir() { [ -d "$1" ] || { mkdir -p "$1"; echo "made $1"; }; }; ensure_line() { grep -qxF "$1" "$2" 2>/dev/null || { echo "$1" >> "$2"; echo "added $1"; }; }
for i in 1 2; do ensure_dir a/b; ensure_line 'export X=1' rc; done; cat rc
#### exit codes through pipes
false | true; echo "$? ${PIPESTATUS[*]}"; set -o pipefail; false | true; echo $?; (exit 3) | (exit 4) | true; echo "${PIPESTATUS[@]}"; ! false; echo $?
#### signals a script sends to itself
bash -c 'trap "echo term; exit 7" TERM; kill -TERM $$; echo never'; echo "code $?"; bash -c 'kill -9 $$'; echo "code $?"; bash -c 'trap "" INT; kill -INT $$; echo survived'
#### background job reports
( sleep 0.05; exit 3 ) & p=$!; echo "waiting"; wait $p; echo "job ended with $?"; wait 99999 2>/dev/null; echo $?
#### output to log and screen
{ echo out; echo err >&2; } > >(tee out.log > seen) 2> >(sed 's/^/E: /' > err.log); until [ -s err.log ] && [ -s seen ] && [ -s out.log ]; do sleep 0.01; done; cat seen out.log err.log; exec 3>&1; { echo to three >&3; } | cat; exec 3>&-
