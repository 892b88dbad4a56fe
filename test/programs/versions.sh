# Functions to be sourced, in the style of nvm: versions installed side by side, chosen by PATH, aliases and rc files.
vm_echo() { command printf '%s\n' "$*" 2> /dev/null; }
vm_err() { >&2 vm_echo "$@"; }
vm_has() { type "${1-}" > /dev/null 2>&1; }
vm_dir() { vm_echo "${VM_DIR:-$HOME/.vm}"; }

vm_tree_contains_path() {
  local tree="${1-}" node_path="${2-}"
  if [ "@${tree}@" = "@@" ] || [ "@${node_path}@" = "@@" ]; then
    vm_err "both the tree and the path are required"
    return 2
  fi
  local previous_pathdir="${node_path}" pathdir
  pathdir=$(dirname "${previous_pathdir}")
  while [ "${pathdir}" != '' ] && [ "${pathdir}" != '.' ] && [ "${pathdir}" != '/' ] &&
    [ "${pathdir}" != "${tree}" ] && [ "${pathdir}" != "${previous_pathdir}" ]; do
    previous_pathdir="${pathdir}"
    pathdir=$(dirname "${previous_pathdir}")
  done
  [ "${pathdir}" = "${tree}" ]
}

vm_find_up() {
  local path_="${PWD}"
  while [ "${path_}" != "" ] && [ "${path_}" != '.' ] && [ ! -f "${path_}/${1-}" ]; do
    path_=${path_%/*}
  done
  vm_echo "${path_}"
}

vm_normalize_version() {
  vm_echo "${1#v}" | command awk -F. '{ printf "1%06d%06d%06d", $1, $2, $3 }'
}
vm_version_greater() { [ "$(vm_normalize_version "$1")" -gt "$(vm_normalize_version "$2")" ]; }

vm_ensure_version_prefix() {
  vm_echo "${1-}" | command sed -e 's/^\([0-9]\)/v\1/g'
}

vm_ls() {
  local pattern="${1-}" versions=''
  pattern=$(vm_ensure_version_prefix "${pattern}")
  case "${pattern}" in
    v[0-9]*.[0-9]*.[0-9]*) if [ -d "$(vm_dir)/versions/${pattern}" ]; then versions="${pattern}"; fi ;;
    *)
      versions=$(command find "$(vm_dir)/versions" -mindepth 1 -maxdepth 1 -type d -name "v*" |
        command sed -e "s#^$(vm_dir)/versions/##" |
        case "${pattern}" in
          '') command cat ;;
          *) command grep -e "^$(vm_echo "${pattern}" | command sed -e 's#\.#\\\.#g')\(\.\|\$\)" ;;
        esac |
        command sort -t. -u -k 1.2,1n -k 2,2n -k 3,3n)
      ;;
  esac
  if [ -z "${versions}" ]; then
    vm_echo 'N/A'
    return 3
  fi
  vm_echo "${versions}"
}

vm_resolve_alias() {
  local pattern="${1-}" target="${1-}" seen="${1-}" next
  while true; do
    next=$(command head -n 1 "$(vm_dir)/alias/${target}" 2> /dev/null)
    [ -n "${next}" ] || break
    if command printf "${seen}" | command grep -q -e "^${next}$"; then
      target='∞'
      break
    fi
    seen="${seen}\\n${next}"
    target="${next}"
  done
  [ "${target}" != "${pattern}" ] || return 2
  case "${target}" in
    '∞') vm_echo '∞' ;;
    *) vm_version "${target}" ;;
  esac
}

vm_version() {
  local pattern="${1-}" version
  case "${pattern}" in
    '' | current) vm_ls_current; return ;;
    system) vm_echo system; return ;;
  esac
  if [ -f "$(vm_dir)/alias/${pattern}" ]; then vm_resolve_alias "${pattern}"; return; fi
  version=$(vm_ls "${pattern}" | command tail -n 1)
  vm_echo "${version}"
  [ "${version}" != 'N/A' ] || return 3
}

vm_ls_current() {
  local path
  if ! path=$(command which tool 2> /dev/null); then
    vm_echo none
  elif vm_tree_contains_path "$(vm_dir)" "${path}"; then
    tool --version
  else
    vm_echo system
  fi
}

vm_strip_path() {
  vm_echo "${1}" | command awk -v VM_DIR="$(vm_dir)" -v RS=: '
  index($0, VM_DIR) == 1 {
    path = substr($0, length(VM_DIR) + 1)
    if (path ~ "^(/versions)?/[^/]*'"${2-}"'.*$") { next }
  }
  { sub(/\n$/, ""); printf "%s%s", sep, $0; sep = RS }'
}

vm_change_path() {
  if [ -z "${1-}" ]; then
    vm_echo "${3-}${2-}"
  elif ! vm_echo "${1-}" | command grep -q "$(vm_dir)/[^/]*${2-}" && ! vm_echo "${1-}" | command grep -q "$(vm_dir)/versions/[^/]*/[^/]*${2-}"; then
    vm_echo "${3-}${2-}:${1-}"
  else
    vm_echo "${1-}" | command sed -e "s#$(vm_dir)/versions/[^/:]*${2-}#${3-}${2-}#"
  fi
}

vm_print_aliases() {
  local dir alias_path name dest version
  dir="$(vm_dir)/alias"
  for alias_path in "${dir}"/*; do
    [ -f "${alias_path}" ] || continue
    name="${alias_path##*/}"
    dest=$(command cat "${alias_path}")
    version=$(vm_version "${dest}") || version='N/A'
    command printf '%s -> %s' "${name}" "${dest}"
    if [ "${dest}" != "${version}" ]; then command printf ' (-> %s)' "${version}"; fi
    command printf '\n'
  done
}

vm() {
  if [ "$#" -lt 1 ]; then
    vm --help
    return
  fi
  local IFS=' 	
'
  if [ "${-#*e}" != "$-" ]; then
    set +e
    local EXIT_CODE=0
    vm "$@" || EXIT_CODE=$?
    set -e
    return "$EXIT_CODE"
  fi
  local COMMAND="${1-}"
  shift
  case "${COMMAND}" in
    help | --help)
      vm_echo 'usage: vm install|uninstall|use|current|ls|alias|unalias|which|run|unload'
      ;;
    install)
      local version
      version=$(vm_ensure_version_prefix "${1-}")
      case "${version}" in
        v[0-9]*.[0-9]*.[0-9]*) ;;
        *) vm_err "Version '${1-}' not found"; return 3 ;;
      esac
      if [ -d "$(vm_dir)/versions/${version}" ]; then
        vm_err "${version} is already installed."
      else
        command mkdir -p "$(vm_dir)/versions/${version}/bin"
        command printf '#!/bin/sh\ncase $1 in --version) echo %s ;; *) echo "tool %s: $*" ;; esac\n' "${version}" "${version}" > "$(vm_dir)/versions/${version}/bin/tool"
        command chmod +x "$(vm_dir)/versions/${version}/bin/tool"
        vm_echo "Installed ${version}"
      fi
      if [ ! -f "$(vm_dir)/alias/default" ]; then
        command mkdir -p "$(vm_dir)/alias"
        vm_echo "${version}" > "$(vm_dir)/alias/default"
        vm_echo "Creating default alias: default -> ${version}"
      fi
      ;;
    uninstall)
      local version
      version=$(vm_version "${1-}")
      if [ "_${version}" = "_$(vm_ls_current)" ]; then
        vm_err "vm: Cannot uninstall currently-active version, ${version}."
        return 1
      fi
      if [ ! -d "$(vm_dir)/versions/${version}" ]; then
        vm_err "${1-} is not installed..."
        return
      fi
      command rm -rf "$(vm_dir)/versions/${version:?}"
      vm_echo "Uninstalled ${version}"
      command grep -lx "${version}" "$(vm_dir)"/alias/* 2> /dev/null | command sed 's#.*/##' | while IFS= read -r name; do
        vm_echo "Dangling alias: ${name}"
      done
      ;;
    use)
      local version rc
      if [ $# -eq 0 ]; then
        rc=$(vm_find_up .vmrc)
        if [ -z "${rc}" ]; then vm_err 'No .vmrc file found'; return 127; fi
        read -r version < "${rc}/.vmrc" || true
        vm_echo "Found '${rc##*/}/.vmrc' with version <${version}>"
      else
        version="${1}"
      fi
      case "${version}" in
        system)
          PATH=$(vm_strip_path "${PATH}" /bin)
          hash -r
          vm_echo "Now using system version"
          return
          ;;
      esac
      local found
      found=$(vm_version "${version}") || true
      case "${found}" in
        '∞') vm_err "The alias \"${version}\" leads to an infinite loop. Aborting."; return 8 ;;
        N/A | '') vm_err "N/A: version \"${version}\" is not yet installed."; return 3 ;;
      esac
      PATH=$(vm_change_path "${PATH}" /bin "$(vm_dir)/versions/${found}")
      export PATH
      hash -r
      vm_echo "Now using tool ${found}"
      ;;
    current) vm_ls_current ;;
    ls | list)
      local current v
      current=$(vm_ls_current)
      vm_ls "${1-}" | while read -r v; do
        if [ "${v}" = "${current}" ]; then vm_echo "-> ${v}"; else vm_echo "   ${v}"; fi
      done
      ;;
    alias)
      case $# in
        0) vm_print_aliases ;;
        1) vm_resolve_alias "$1" || { vm_err "Alias $1 does not exist."; return 1; } ;;
        *)
          command mkdir -p "$(vm_dir)/alias"
          vm_echo "$2" > "$(vm_dir)/alias/$1"
          vm_version "$2" > /dev/null || vm_err "! WARNING: Version '$2' does not exist."
          vm_echo "$1 -> $2"
          ;;
      esac
      ;;
    unalias) command rm -f "$(vm_dir)/alias/$1" && vm_echo "Deleted alias $1" ;;
    which) vm_echo "$(vm_dir)/versions/$(vm_version "${1-}")/bin/tool" | command sed "s#^${HOME}#~#" ;;
    run)
      local version="${1-}"
      shift
      (vm use "${version}" > /dev/null && tool "$@")
      ;;
    unload)
      PATH=$(vm_strip_path "${PATH}" /bin)
      unset -f $(declare -F | command awk '$3 ~ /^vm(_|$)/ { print $3 }')
      ;;
    *)
      >&2 vm --help
      return 127
      ;;
  esac
}
