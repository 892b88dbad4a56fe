#### word count by associative array
declare -A n; for w in the cat the dog the cat; do ((n[$w]++)); done; for w in "${!n[@]}"; do echo "$w ${n[$w]}"; done | sort
#### argument parser
parse() { local verbose=0 out= args=(); while (($#)); do case $1 in -v|--verbose) verbose=1;; -o) out=$2; shift;; --out=*) out=${1#*=};; --) shift; args+=("$@"); break;; -*) echo "bad $1"; return 2;; *) args+=("$1");; esac; shift; done; echo "v=$verbose o=$out a=${args[*]}"; }; parse -v -o f x y; parse --out=g -- -z; parse -q; echo $?
#### stack and queue
s=(); push() { s+=("$1"); }; pop() { echo "${s[-1]}"; unset 's[-1]'; }; push a; push b; pop; push c; echo "${#s[@]}"; q=(1 2 3); q=("${q[@]:1}"); echo "${q[0]}"
#### bubble sort
a=(5 3 8 1 9 2); n=${#a[@]}; for ((i=0;i<n;i++)); do for ((j=0;j<n-i-1;j++)); do if ((a[j]>a[j+1])); then t=${a[j]}; a[j]=${a[j+1]}; a[j+1]=$t; fi; done; done; echo "${a[@]}"
#### string functions
trim() { local s=$1; s=${s#"${s%%[![:space:]]*}"}; s=${s%"${s##*[![:space:]]}"}; printf '%s' "$s"; }; echo "[$(trim '  a b  ')]"; rev() { local s=$1 r=; while [ -n "$s" ]; do r=${s:0:1}$r; s=${s:1}; done; echo "$r"; }; rev hello; repeat() { printf "%0.s$1" $(seq $2); echo; }; repeat ab 3; join() { local IFS=$1; shift; echo "$*"; }; join , a b c
#### ini parser
while IFS='=' read -r k v; do case $k in \[*\]) sec=${k:1:-1};; ''|\#*) ;; *) k=${k// /}; echo "$sec.$k=${v# }";; esac; done <<'E'
[main]
name = test
# comment
path=/x/y

[other]
a = b c
E
#### retry with backoff
n=0; try() { ((++n >= 3)); }; for i in 1 2 3 4 5; do if try; then echo "ok after $i"; break; fi; done
#### semantic versions
vercmp() { local IFS=.; local a=($1) b=($2) i; for ((i=0;i<3;i++)); do ((a[i]>b[i])) && { echo gt; return; }; ((a[i]<b[i])) && { echo lt; return; }; done; echo eq; }; vercmp 1.2.3 1.10.0; vercmp 2.0.0 1.9.9; vercmp 1.0.0 1.0.0
#### template
render() { local t=$1; while [[ $t =~ (.*)\{\{([a-z]+)\}\}(.*) ]]; do t="${BASH_REMATCH[1]}${!BASH_REMATCH[2]}${BASH_REMATCH[3]}"; done; echo "$t"; }; name=World; place=here; render 'Hello {{name}} from {{place}}!' 2>/dev/null || true
#### csv
while IFS=, read -r id name qty; do [ "$id" = id ] && continue; total=$((total+qty)); printf '%-5s|%5d\n' "$name" "$qty"; done < <(printf 'id,name,qty\n1,a,10\n2,bb,200\n'); echo "total=$total"
#### cleanup trap
work() { local d; d=$(mktemp -d); trap "rm -rf '$d'; echo cleaned" EXIT; touch "$d/x"; ls "$d"; }; (work); echo done
#### parallel jobs
for i in 3 1 2; do (sleep 0.0$i; echo "job $i" > "out$i") & pids+=($!); done; for p in "${pids[@]}"; do wait "$p"; done; cat out1 out2 out3
#### primes
for ((n=2;n<30;n++)); do p=1; for ((d=2;d*d<=n;d++)); do ((n%d==0)) && { p=0; break; }; done; ((p)) && echo -n "$n "; done; echo
#### gcd and fibonacci
gcd() { (($2==0)) && echo $1 || gcd $2 $(($1%$2)); }; gcd 48 18; a=0 b=1; for i in {1..15}; do echo -n "$a "; ((c=a+b,a=b,b=c)); done; echo
#### logging functions
log() { local lvl=$1; shift; printf '%s [%s] %s\n' X "$lvl" "$*" >&2; }; log INFO a b 2>&1; die() { log ERROR "$@"; exit 3; }; (die gone) 2>&1; echo $?
#### heredoc script generation
cat > gen.sh <<EOF
#!/bin/bash
echo "args: \$#"
for a in "\$@"; do echo "- \$a"; done
echo "args: \$#"
for a in "\$@"; do echo "- \$a"; done
EOF
chmod +x gen.sh; ./gen.sh x "y z"
#### stack of calls
trace() { local i; for ((i=0;i<${#FUNCNAME[@]};i++)); do echo "$i ${FUNCNAME[i]}"; done; }; a() { b; }; b() { trace; }; a
#### option table
declare -A opts=([host]=localhost [port]=80); set -- port=8080 name=x; for kv; do opts[${kv%%=*}]=${kv#*=}; done; for k in host port name; do echo "$k=${opts[$k]}"; done
#### read file into array and transform
printf '%s\n' one two three > f; mapfile -t L < f; for i in "${!L[@]}"; do L[i]=${L[i]^}; done; printf '%s,' "${L[@]}"; echo; echo "${L[@]/#/+}"
#### matrix
declare -A m; for i in 0 1 2; do for j in 0 1 2; do m[$i,$j]=$((i*3+j)); done; done; for j in 0 1 2; do for i in 0 1 2; do printf '%d ' ${m[$i,$j]}; done; echo; done
#### binary and hex
tobin() { local n=$1 b=; while ((n)); do b=$((n&1))$b; ((n>>=1)); done; echo ${b:-0}; }; tobin 10; tobin 255; printf '%x %o %d\n' 255 255 0xff; echo $((2#1111)) $((16#ff))
#### menu dispatch
cmd_start() { echo starting "$@"; }; cmd_stop() { echo stopping; }; run() { local c=cmd_$1; shift; if declare -F "$c" >/dev/null; then "$c" "$@"; else echo "unknown ${c#cmd_}"; return 1; fi; }; run start a; run stop; run nope; echo $?
#### defaults and validation
f() { local name=${1:?name required} n=${2:-3}; [[ $n =~ ^[0-9]+$ ]] || { echo "bad $n"; return 1; }; echo "$name x$n"; }; f a; f b 5; f c x; echo $?; (f) 2>/dev/null; echo $?
#### path functions
p=/a/b/c.tar.gz; echo "${p##*/}" "${p%/*}" "${p##*.}" "${p%%.*}"; d=${p%/*}; f=${p##*/}; echo "$d" "${f%%.*}" "${f#*.}"; IFS=/ read -ra parts <<< "$p"; echo "${#parts[@]} ${parts[-1]}"
#### url parsing
u=https://user@host.com:8080/p/a/th?q=1#frag; [[ $u =~ ^([a-z]+)://(([^@/]+)@)?([^:/]+)(:([0-9]+))?(/[^?#]*)?(\?([^#]*))?(#(.*))?$ ]] && printf '%s\n' "${BASH_REMATCH[1]}" "${BASH_REMATCH[3]}" "${BASH_REMATCH[4]}" "${BASH_REMATCH[6]}" "${BASH_REMATCH[7]}" "${BASH_REMATCH[9]}" "${BASH_REMATCH[11]}"
