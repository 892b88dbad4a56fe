#!/usr/bin/env bash
# A small make: reads a Buildfile (targets, their sources, recipes), builds what is older than its sources, in the order of
# the graph, at most JOBS at a time. usage: build.sh [-f FILE] [-j JOBS] [-n] [-k] [TARGET...]
set -uo pipefail

file=Buildfile jobs=2 dry=0 keep_going=0
while getopts 'f:j:nk' opt; do
  case $opt in
    f) file=$OPTARG ;;
    j) jobs=$OPTARG ;;
    n) dry=1 ;;
    k) keep_going=1 ;;
    *) exit 64 ;;
  esac
done
shift $((OPTIND - 1))

declare -A sources=() recipe=() state=() variables=() is_phony=()
declare -a targets=() order=()

fail() {
  printf 'build: *** %s\n' "$*" >&2
  exit 2
}

expand() {
  local text=$1 name
  while [[ $text =~ \$\(([A-Za-z_]+)\) ]]; do
    name=${BASH_REMATCH[1]}
    text=${text//"\$($name)"/${variables[$name]-}}
  done
  printf '%s' "$text"
}

parse() {
  local line target='' number=0
  while IFS= read -r line; do
    number=$((number + 1))
    case $line in
      '' | '#'*) continue ;;
      $'\t'*)
        [ -n "$target" ] || fail "$file:$number: a recipe without a target"
        recipe[$target]+="${line#?}"$'\n'
        ;;
      *:=*)
        target=${line%%:=*}
        target=${target%% *}
        variables[$target]=$(expand "${line#*:=}" | sed 's/^ *//')
        target=''
        ;;
      .PHONY:*) for target in ${line#.PHONY:}; do is_phony[$target]=1; done; target='' ;;
      *:*)
        target=$(expand "${line%%:*}")
        targets+=("$target")
        sources[$target]=$(expand "${line#*:}" | xargs)
        recipe[$target]=''
        ;;
      *) fail "$file:$number: what is this: $line" ;;
    esac
  done < "$file"
}

# Depth first: a target comes after its sources; a cycle is an error.
visit() {
  local target=$1 source
  case ${state[$target]-} in
    done) return ;;
    open) fail "circular: ${*:2} $target" ;;
  esac
  state[$target]=open
  if [[ ! -v sources[$target] ]]; then
    [ -e "$target" ] || fail "no rule to make '$target', needed by '${*: -1}'"
    state[$target]=done
    return
  fi
  for source in ${sources[$target]}; do visit "$source" "${@:2}" "$target"; done
  state[$target]=done
  order+=("$target")
}

is_stale() {
  local target=$1 source
  [[ -v is_phony[$target] ]] && return 0
  [ -e "$target" ] || return 0
  for source in ${sources[$target]}; do
    [[ -n ${rebuilt[$source]-} || $source -nt $target ]] && return 0
  done
  return 1
}

make_one() {
  local target=$1 line
  local -a names=(${sources[$target]})
  while IFS= read -r line; do
    line=${line//'$@'/$target}
    line=${line//'$<'/${names[0]-}}
    line=${line//'$^'/${sources[$target]}}
    line=$(expand "$line")
    [[ $line == @* ]] || echo "$line"
    ((dry)) || bash -c "${line#@}" || return
  done <<< "${recipe[$target]%$'\n'}"
}

declare -A rebuilt=() pid_of=() failed=() out_of=()
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

collect() {
  local target=$1 status=0
  wait "${pid_of[$target]}" || status=$?
  cat "$work/${target//\//_}"
  unset 'pid_of[$target]'
  if ((status != 0)); then
    echo "build: [$target] error $status" >&2
    failed[$target]=1
    ((keep_going)) || return 1
  fi
}

# Targets whose sources are ready run side by side; their output is shown in the order of the graph.
run_all() {
  local -a waiting=("${order[@]}") next batch
  local target source ready built=0
  while ((${#waiting[@]} > 0)); do
    next=() batch=()
    for target in "${waiting[@]}"; do
      ready=1
      for source in ${sources[$target]}; do
        [[ -n ${failed[$source]-} ]] && ready=2
        [[ " ${waiting[*]} " == *" $source "* ]] && ready=0
      done
      if ((ready == 2)); then
        failed[$target]=1
        echo "build: [$target] not made because of errors"
      elif ((ready == 0 || ${#batch[@]} >= jobs)); then
        next+=("$target")
      elif is_stale "$target"; then
        batch+=("$target")
        rebuilt[$target]=1
      fi
    done
    for target in "${batch[@]}"; do
      make_one "$target" > "$work/${target//\//_}" 2>&1 &
      pid_of[$target]=$!
    done
    for target in "${batch[@]}"; do
      collect "$target" || return 2
      built=$((built + 1))
    done
    waiting=("${next[@]}")
  done
  ((built > 0)) || echo "build: nothing to be done"
  ((${#failed[@]} == 0)) || return 2
}

[ -r "$file" ] || fail "$file: no such file"
parse
[ $# -gt 0 ] || set -- "${targets[0]}"
for goal; do visit "$goal" "$goal"; done
run_all
