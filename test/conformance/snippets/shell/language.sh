#### a backslash joins lines within any token
a=12
echo $\
{\
a\
} "${a\
}" ec\
ho
ec\
ho joined &\
& echo yes
cat << EO\
F
h${a\
}i
EO\
F
#### associative arrays are listed in bash's order
declare -A m=([one]=1 [two]=2 [three]=3 [apple]=4 [banana]=5)
echo "${!m[@]}"
echo "${m[@]}"
declare -p m
m[x]=9; unset 'm[two]'
for k in "${!m[@]}"; do echo "$k=${m[$k]}"; done
#### assignments before a function are its locals and reach its children
f() { local x; echo "in: $x"; env | grep '^x=' ; unset x; echo "after unset: ${x-none}"; }
x=global
x=before f
echo "$x"
g() { y=1 h; }
h() { z=2 env | grep -E '^(y|z)=' | sort; }
g
#### unset of a caller's local shows the outer one
inner() { unset v; echo "inner: ${v-none}"; }
outer() { local v=1; inner; }
v=0; outer; echo "$v"
#### slices of arrays with gaps count from the index
a=([2]=two [5]=five [9]=nine)
echo "${a[@]:3}" "|" "${a[@]:2:1}" "|" "${a[@]: -5}" "|" "${a[@]:10}"
#### subscripts out of range
a=(1 2)
a[-5]=x; echo "status $?"
echo "[${a[-5]}] $((a[-5]))"
#### elements appended within a literal
a=([1]=x); a+=([1]+=y [3]=z); declare -p a
declare -A m=([k]=1); m+=([k]+=2 [j]=3); echo "${m[k]} ${m[j]}"
#### declared but never assigned
declare -a a; declare -A m; declare -p a m
a=(); declare -p a
#### subscripts in builtins' arguments are expanded
declare -A m=([a b]=1 [c]=2)
k='a b'
unset 'm[$k]'; echo "${#m[@]}"
printf -v 'm[$k]' %s new; echo "${m[a b]}"
read -r 'm[c]' <<< line; echo "${m[c]}"
[[ -v m[c] ]] && echo set
#### exported functions reach other shells
hello() { echo "hello $1"; }
export -f hello
bash -c 'hello there'
env | grep -c '^BASH_FUNC_hello'
export -n -f hello
bash -c 'hello there' 2>/dev/null || echo gone
#### read-only functions
f() { echo first; }
readonly -f f
f() { echo second; }
f
unset -f f; echo "status $?"
declare -F f
#### POSIX mode
set -o posix
x=1 :
echo "$x"
trap 'echo bye' EXIT
trap
alias ll='ls -l'; alias ll
export y=2; export -p | grep ' y='
#### set -e in substitutions of POSIX mode
bash -c 'set -e; echo "$(false; echo on)"'
bash --posix -c 'set -e; echo "$(false; echo on)"'
#### errors of special builtins end a script in POSIX mode
bash --posix -c 'readonly r=1; r=2; echo on'; echo "status $?"
bash --posix -c '. /no/such/file; echo on'; echo "status $?"
bash -c '. /no/such/file; echo on'; echo "status $?"
#### start-up files
echo 'echo from BASH_ENV' > env.sh
BASH_ENV=$PWD/env.sh bash -c 'echo script'
BASH_ENV=$PWD/env.sh bash --posix -c 'echo posix script'
mkdir home; echo 'echo profile; P=1' > home/.profile
HOME=$PWD/home bash --noprofile -l -c 'echo "P=$P"'
HOME=$PWD/home bash -l -c 'echo "P=$P"' | tail -1
#### GLOBIGNORE
touch a.c a.h a.o .hidden
GLOBIGNORE='*.o:*.h'
echo *
#### compgen
alpha() { :; }; alpine() { :; }
compgen -A function al
compgen -W 'one two three' t
words='x y'; compgen -W '$words $(echo z)'
compgen -b rea
compgen -W 'a' zzz; echo "status $?"
complete -W 'foo bar' mycommand; complete -p mycommand
complete -r mycommand; complete -p mycommand 2>/dev/null; echo "status $?"
#### set -x quotes as bash does
exec 2>&1
set -x
echo 'a b' '' "it's" '[x]' $'new\nline' x=1 '~' a~
a=(1 'b c')
[ -n "$a" ]
#### the EXIT trap and exit
bash -c 'trap "echo trap; exit" EXIT; exit 9'; echo $?
bash -c 'trap "exit 3" EXIT; exit 9'; echo $?
#### the EXIT trap of a script that a signal ends
bash -c 'trap "echo cleanup" EXIT; kill -TERM $$; sleep 5; echo no' ; echo $?
#### redirections that fail end set -e
bash -c 'set -e; { echo no; } < /no/such/file; echo on'; echo $?
bash -c 'set -e; while read -r l; do :; done < /no/such/file; echo on'; echo $?
bash -c 'if { echo no; } < /no/such/file; then :; else echo else; fi' 
#### arithmetic on elements of associative arrays
declare -A c
for w in a b a; do (( c[$w]++ )); done
echo "${c[a]} ${c[b]}"
k=a; (( c[$k] += 5 )); echo "${c[a]}"
#### DEBUG in loops
trap 'echo "debug $LINENO"' DEBUG
for x in 1 2; do
  echo $x
done
trap - DEBUG
#### read with a count and backslashes
printf 'a\\bc\\\\def' | { read -n 4 x; echo "$x"; }
printf 'a b,c d' | { read -d , x; echo "$x"; }
read -n x y < /dev/null; echo $?
#### printf and numbers
printf '%d %u %x\n' -1 -1 255
printf '%#.0f %.3f\n' 3 2.5
printf '%d\n' 99999999999999999999 2>/dev/null; echo $?
printf '%10.4(%Y)T|\n' 0
#### ulimit
ulimit -S -n 64; ulimit -n; ulimit -Sn
ulimit -n nonsense; echo $?
#### break and shift want one argument at most
bash -c 'for i in 1; do break 1 2; done; echo no'; echo $?
