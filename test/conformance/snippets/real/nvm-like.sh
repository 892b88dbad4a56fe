#### resolve a version by prefix
mkdir -p versions/v{16.20.2,18.9.0,18.19.1,20.1.0}; latest() { ls versions | grep "^v$1\." | sort -V | tail -n 1; }; latest 18; latest 16; r=$(latest 99); echo "[${r:-none}]"
#### aliases that point at aliases
mkdir alias; echo lts > alias/default; echo v20.1.0 > alias/lts; echo loop2 > alias/loop1; echo loop1 > alias/loop2
resolve() { local n=$1 seen=; while [ -f "alias/$n" ]; do case " $seen " in *" $n "*) echo '∞'; return 1 ;; esac; seen="$seen $n"; n=$(head -n 1 "alias/$n"); done; echo "$n"; }; resolve default; resolve v1; resolve loop1; echo $?
#### an rc file looked for upwards
mkdir -p a/b/c; echo '  v18 ' > a/.nvmrc; (cd a/b/c; d=$PWD; while [ "$d" != "" ] && [ ! -e "$d/.nvmrc" ]; do d=${d%/*}; done; tr -d ' ' < "$d/.nvmrc"; echo "${d##*/}")
#### local functions sourced with state
cat > lib.sh <<'E'
mgr() {
  [ $# -lt 1 ] && { mgr help; return; }
  local c=$1; shift
  case $c in
    help) echo 'mgr use|current' ;;
    use) MGR_VERSION=$1; export MGR_VERSION ;;
    current) echo "${MGR_VERSION:-none}" ;;
    *) >&2 mgr help; return 127 ;;
  esac
}
E
\. ./lib.sh; mgr; mgr current; mgr use v9; mgr current; mgr fly 2>/dev/null; echo $?; unset -f mgr; type mgr > /dev/null 2>&1 || echo unloaded
