#!/usr/bin/env bash
# Deploys a directory as a release: releases/ID, shared files linked, config rendered, checks run, `current` switched,
# old releases removed. usage: deploy.sh [-c CONFIG] [-k KEEP] [-n] [-v] deploy SOURCE | rollback [ID] | list | status
set -Eeuo pipefail
shopt -s nullglob

readonly PROGRAM=${0##*/}
readonly ROOT=${DEPLOY_ROOT:-$PWD/site}
readonly RELEASES=$ROOT/releases SHARED=$ROOT/shared CURRENT=$ROOT/current LOCK=$ROOT/.lock LOG=$ROOT/deploy.log

declare -A config=([port]=80 [workers]=1 [env]=dev)
declare -a checks=()
keep=3 dry=0 verbose=0 release='' locked=0

log() {
  local level=$1 line
  shift
  printf -v line '%-5s %s' "$level" "$*"
  [ -d "$ROOT" ] && printf '%s\n' "$line" >> "$LOG"
  case $level in
    ERROR | WARN) printf '%s: %s\n' "$PROGRAM" "$*" >&2 ;;
    DEBUG) if ((verbose)); then printf '  %s\n' "$*"; fi ;;
    *) printf '%s\n' "$*" ;;
  esac
}

die() {
  local code=1
  if [[ $1 =~ ^[0-9]+$ ]]; then
    code=$1
    shift
  fi
  log ERROR "$*"
  exit "$code"
}

run() {
  log DEBUG "$(printf '%q ' "$@")"
  ((dry)) || "$@"
}

usage() {
  sed -n '2,3s/^# //p' "$0"
}

acquire() {
  mkdir -p "$RELEASES" "$SHARED"
  local tries=0
  until mkdir "$LOCK" 2> /dev/null; do
    if ((++tries > 2)); then
      die 75 "locked by $(cat "$LOCK/owner" 2> /dev/null || echo someone)"
    fi
    sleep 0.01
  done
  echo "deploy" > "$LOCK/owner"
  locked=1
}

finish() {
  local status=$?
  if ((status != 0)) && [[ -n $release && -d $RELEASES/$release && ! -e $RELEASES/$release/.done ]]; then
    rm -rf "${RELEASES:?}/$release"
    log WARN "removed the unfinished release $release"
  fi
  if ((locked)); then rm -rf "$LOCK"; fi
  exit "$status"
}
trap finish EXIT
trap 'log ERROR "line $LINENO: $BASH_COMMAND failed"' ERR
trap 'exit 130' INT
trap 'exit 143' TERM

read_config() {
  local file=$1 line key value number=0
  [ -r "$file" ] || die 66 "cannot read $file"
  while IFS= read -r line || [[ -n $line ]]; do
    ((++number))
    line=${line%%#*}
    line="${line#"${line%%[![:space:]]*}"}"
    line="${line%"${line##*[![:space:]]}"}"
    [[ -z $line ]] && continue
    if [[ ! $line =~ ^([a-z_]+)[[:space:]]*=[[:space:]]*(.*)$ ]]; then
      die 65 "$file:$number: not a setting: $line"
    fi
    key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
    case $key in
      check) checks+=("$value") ;;
      keep) keep=$value ;;
      *) config[$key]=$value ;;
    esac
  done < "$file"
}

render() {
  local template=$1 text key
  text=$(< "$template")
  for key in "${!config[@]}"; do
    text=${text//"{{$key}}"/${config[$key]}}
  done
  if [[ $text =~ \{\{([a-z_]+)\}\} ]]; then
    die 65 "${template##*/}: no value for ${BASH_REMATCH[1]}"
  fi
  printf '%s\n' "$text"
}

next_id() {
  local last
  last=$(find "$RELEASES" -mindepth 1 -maxdepth 1 -type d -name 'r[0-9]*' | sed 's|.*/r||' | sort -n | tail -n 1)
  printf 'r%03d\n' $((10#${last:-0} + 1))
}

active() {
  if [ -L "$CURRENT" ]; then basename "$(readlink "$CURRENT")"; fi
}

switch_to() {
  run ln -sfn "releases/$1" "$CURRENT.next"
  run mv -T "$CURRENT.next" "$CURRENT"
  log INFO "current is $1"
}

manifest() {
  (cd "$1" && find . -type f ! -name MANIFEST ! -name .done -print0 | sort -z | xargs -0 sha256sum)
}

build_release() {
  local source=$1 target=$RELEASES/$release file
  run mkdir -p "$target"
  tar -C "$source" --exclude='*.tmp' -cf - . | tar -C "$target" -xf -
  for file in "$target"/*.tmpl; do
    render "$file" > "${file%.tmpl}"
    rm "$file"
    log DEBUG "rendered $(basename "${file%.tmpl}")"
  done
  mkdir -p "$SHARED/log"
  ln -s ../../shared/log "$target/log"
  find "$target" -type f -name '*.sh' -exec chmod 755 {} +
  manifest "$target" > "$target/MANIFEST"
  log INFO "built $release: $(wc -l < "$target/MANIFEST") files"
}

run_checks() {
  local check failed=0
  for check in "${checks[@]}"; do
    if (cd "$RELEASES/$release" && bash -c "$check") > /dev/null 2>&1; then
      log DEBUG "ok: $check"
    else
      log WARN "check failed: $check"
      failed=$((failed + 1))
    fi
  done
  if ((failed > 0)); then die 70 "$failed of ${#checks[@]} checks failed"; fi
}

prune() {
  local -a all
  mapfile -t all < <(cd "$RELEASES" && printf '%s\n' r* | sort -V)
  local extra=$((${#all[@]} - keep)) id
  for id in "${all[@]:0:extra > 0 ? extra : 0}"; do
    [[ $id == "$(active)" ]] && continue
    run rm -rf "${RELEASES:?}/$id"
    log INFO "removed $id"
  done
}

deploy() {
  local source=${1:?a source is needed}
  [ -d "$source" ] || die 66 "no directory $source"
  acquire
  release=$(next_id)
  if ((dry)); then
    log INFO "would deploy $source as $release"
    return
  fi
  build_release "$source"
  run_checks
  touch "$RELEASES/$release/.done"
  switch_to "$release"
  prune
}

rollback() {
  local now target=${1:-}
  acquire
  now=$(active)
  [[ -n $now ]] || die "nothing is deployed"
  if [[ -z $target ]]; then
    target=$(cd "$RELEASES" && printf '%s\n' r* | sort -V | awk -v now="$now" '$0 == now { exit } { last = $0 } END { print last }')
  fi
  [[ -n $target && -e $RELEASES/$target/.done ]] || die "no release to go back to${target:+: $target}"
  (cd "$RELEASES/$target" && sha256sum --quiet -c MANIFEST) || die 74 "$target was changed since it was built"
  switch_to "$target"
}

list() {
  local id mark
  for id in "$RELEASES"/r*; do
    id=${id##*/} mark=' '
    [[ $id == "$(active)" ]] && mark='*'
    printf '%s %s %3d files\n' "$mark" "$id" "$(wc -l < "$RELEASES/$id/MANIFEST")"
  done
}

main() {
  local opt
  while getopts ':c:k:nvh' opt; do
    case $opt in
      c) read_config "$OPTARG" ;;
      k) keep=$OPTARG ;;
      n) dry=1 ;;
      v) verbose=1 ;;
      h) usage && exit ;;
      :) die 64 "-$OPTARG needs a value" ;;
      *) die 64 "unknown option -$OPTARG" ;;
    esac
  done
  shift $((OPTIND - 1))
  local command=${1:-}
  shift || true
  case $command in
    deploy | rollback | list) "$command" "$@" ;;
    status) printf 'current: %s\n' "$(active)" ;;
    '') usage >&2 && exit 64 ;;
    *) die 64 "unknown command $command" ;;
  esac
}

main "$@"
