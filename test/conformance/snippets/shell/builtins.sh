#### read fields
echo "a b c d" | { read x y; echo "$x|$y"; }; read -r x <<< 'a\b'; echo "$x"; read x <<< 'a\b'; echo $x; IFS=: read a b c <<< "1:2:3:4"; echo "$a $b $c"
#### read options
read -n 3 x <<< abcdef; echo $x; read -N 4 x <<< "a b c"; echo "[$x]"; read -d : x <<< "one:two"; echo $x; read -a arr <<< "p q r"; echo "${arr[1]} ${#arr[@]}"; read <<< "  spaced  "; echo "[$REPLY]"
#### read status
read x < /dev/null; echo $?; printf 'no newline' | { read x; echo "$? $x"; }; read -t 0.1 x < <(sleep 1); [ $? -gt 128 ] && echo timeout
#### read timeout zero
read -t 0 < /dev/null; echo $?; echo x | { sleep 0.1; read -t 0; echo $?; read l; echo $l; }
#### read continuation
printf 'a\\\nb\n' | { read x; echo $x; }; printf 'a\\\nb\n' | { read -r x; echo "$x"; }
#### read from descriptor
exec 3<<< "from three"; read -u 3 x; echo $x; exec 3<&-; while read -r -u 4 l; do echo "<$l>"; done 4<<< $'1\n2'
#### read invalid
read 1x <<< a; echo $?; read -z 2>/dev/null; echo $?
#### read trailing separators
IFS=, read a b <<< "1,2,"; echo "$a|$b"; IFS=, read a b <<< "1,2,3,"; echo "$a|$b"; IFS=" " read a b <<< " 1  2  "; echo "$a|$b|"
#### read into array elements
read a[1] a[3] <<< "x y"; echo "${!a[@]}"; declare -i n; read n <<< "2+3"; echo $n
#### mapfile
mapfile -t a <<< $'x\ny\nz'; echo "${#a[@]} ${a[2]}"; mapfile -n 2 -s 1 b < <(seq 5); printf '%s' "${b[@]}"; mapfile -d : -t c <<< "1:2:3"; echo "${c[1]}"; mapfile -t -O 2 d < <(echo q); echo "${!d[@]}"; readarray -t e < /dev/null; echo ${#e[@]}
#### mapfile callback
cb() { echo "$1:$2"; }; mapfile -t -c 2 -C cb a < <(seq 4); echo "${#a[@]}"
#### getopts
f() { local OPTIND=1 o; while getopts ":ab:c" o "$@"; do case $o in a) echo a;; b) echo "b=$OPTARG";; c) echo c;; :) echo "missing $OPTARG";; \?) echo "bad $OPTARG";; esac; done; shift $((OPTIND-1)); echo "rest $*"; }; f -a -b val -c x y; f -ab val2 -- -c; f -x -b; f -bval z
#### getopts messages
while getopts "a:" o -x -a; do echo "$o"; done; echo $OPTIND
#### printf formats
printf '%s|%5s|%-5s|%.2s|%c\n' abc ab ab abc xyz; printf '%d|%5d|%-5d|%05d|%+d|% d\n' 42 42 42 42 42 42; printf '%x|%X|%o|%#x|%#o|%u\n' 255 255 8 255 8 7; printf '%e|%.2f|%g|%G\n' 12345.678 3.14159 0.0001 1e10
#### printf repeats
printf '%s-%s\n' a b c; printf '%s\n'; printf 'x\n' a b; printf '%d %s\n' 1 a 2 b
#### printf escapes
printf 'a\tb\n\x41\101\u00e9\n'; printf '%b' 'x\ty\n'; printf '%b|' 'a\0101' 'stop\chere' more; echo; printf 'a\cb'; echo; printf '%%\n'; printf '\e[0m' | od -An -c
#### printf q
printf '%q\n' 'a b' "it's" '$x' '' $'n\nl' 'plain' '~x' 'a=b' '*?[' '#c' 'é'
#### printf numbers
printf '%d\n' 0x1f 010 "'A" '"B' -5 +5; printf '%d\n' abc; echo $?; printf '%d\n' 12abc; echo $?; printf '%d\n' ''; printf '%i\n' 99999999999999999999; echo $?
#### printf star
printf '%*d|%-*d|%.*f\n' 5 42 5 42 2 3.14159; printf '%*s|\n' -6 ab
#### printf time
TZ=UTC printf '%(%Y-%m-%d %H:%M:%S)T\n' 0; TZ=UTC printf '%(%F %T)T\n' 86400; printf '%(%Y)T\n' -1 | grep -c 20; TZ=UTC printf '%(%a %b %e %j %y %I %p)T\n' 1000000000
#### printf errors
printf; echo $?; printf '%z\n'; echo $?; printf -v 1x a; echo $?; printf '%s %' a; echo $?
#### echo
echo -n a; echo b; echo -e 'a\tb\n\x41\0101'; echo -E 'a\tb'; echo -ne 'x\n'; echo -- -n; echo -x; echo -e 'a\cb'; echo; echo "a\tb"; shopt -s xpg_echo; echo 'a\tb'
#### type
f() { echo x; }; type f; type -t f cd if ls nosuch; type if; type cd; type -a true | head -1; alias al=x; type al 2>/dev/null; type nosuch; echo $?
#### command v
command -v cd if nosuch; echo $?; f() { :; }; command -v f; command -V f; command -V cd; command echo hi; echo() { builtin echo over "$@"; }; command echo x; echo y
#### builtin
cd() { builtin cd "$@" && builtin echo went; }; cd /; builtin nosuch; echo $?; builtin echo ok
#### hash
hash -r; hash ls; hash nosuchcmd; echo $?; hash -t ls >/dev/null && echo t
#### eval
eval 'echo a; echo b'; x='echo $y'; y=1; eval $x; eval; echo $?; eval 'exit 3' & wait $!; echo $?; eval "f() { echo def; }"; f
#### source
echo 'echo "in $1 $#"; v=set; return 5; echo no' > s; . ./s arg1 arg2; echo $? $v $#; source ./s; . ./nosuch; echo $?; echo 'echo "$@"' > t; set -- keep; . ./t; . ./t other; echo $1
#### source from PATH
mkdir dir; echo 'echo sourced' > dir/lib.sh; PATH=$PWD/dir:$PATH; . lib.sh
#### exit
(exit 3); echo $?; (exit 256); echo $?; (exit -1); echo $?; (exit abc) 2>/dev/null; echo $?; bash -c 'exit 1 2' 2>/dev/null; echo $?; (false; exit); echo $?
#### return
f() { return 3; }; f; echo $?; g() { false; return; }; g; echo $?; h() { return 300; }; h; echo $?; return 2>/dev/null; echo $?; i() { return x; }; i 2>/dev/null; echo $?
#### cd and pwd
mkdir -p a/b; cd a/b; cd ..; basename "$PWD"; cd - >/dev/null; basename "$PWD"; cd /nosuch; echo $?; cd / ; pwd; cd /tmp/../tmp; pwd; cd a b 2>/dev/null; echo $?; HOME=/; cd; pwd; CDPATH=/usr; cd bin; pwd
#### cd links
mkdir real; ln -s real link; cd link; basename "$PWD"; basename "$(pwd -P)"; cd -P .; basename "$PWD"
#### pushd popd dirs
cd /; pushd /tmp; pushd /usr; dirs; dirs -v; popd; dirs -p; pushd; popd; popd; echo $?; pushd +1 2>/dev/null; echo $?; dirs -c; dirs
#### dirs options
cd /; pushd /tmp >/dev/null; pushd /usr >/dev/null; dirs +1; dirs -0; dirs -l; popd +1; echo "${DIRSTACK[@]}"; pushd -n /bin; dirs
#### set options
set -e; set +e; set -o pipefail; false | true; echo $?; set +o pipefail; false | true; echo $?; set -o | grep pipefail; set +o | grep errexit; set -o nosuch; echo $?; set -Z 2>/dev/null; echo $?
#### dollar dash
set -u; case $- in *u*) echo u;; esac; set +u; case $- in *u*) ;; *) echo nou;; esac; set -f; [[ $- == *f* ]] && echo f
#### shopt
shopt -s extglob; shopt extglob; shopt -q nullglob; echo $?; shopt -p dotglob; shopt nosuch; echo $?; shopt -o pipefail; shopt -s | grep -c extglob; shopt -u extglob; shopt extglob; echo $?
#### umask
umask 022; umask; umask -S; umask u=rwx,g=rx,o=; umask; umask -p; umask 0777; umask; umask 999; echo $?
#### times and ulimit
times | wc -l; ulimit -n >/dev/null && echo ok; ulimit -c; ulimit -Z 2>/dev/null; echo $?
#### kill list
kill -l 9 15 TERM HUP 137; kill -l nosuch; echo $?; kill -l | head -1 | cut -c1-10
#### kill errors
kill; echo $?; kill abc; echo $?; kill -0 $$; echo $?; kill -NOPE 1; echo $?; kill 99999999; echo $?
#### wait
(exit 3) & wait $!; echo $?; sleep 0.01 & wait; echo $?; wait 99999999; echo $?; (exit 1) & (exit 2) & wait; echo $?; wait %9; echo $?
#### wait n
(sleep 0.2; exit 2) & (exit 5) & wait -n; echo $?; wait -n; echo $?; wait -n; echo $?
#### wait n p
(exit 4) & p=$!; wait -n -p got; echo $? $([ "$got" = $p ] && echo same); (exit 6) & p=$!; wait -p got $p; echo $? $([ "$got" = $p ] && echo same)
#### jobs
sleep 0.3 & jobs; jobs -p | wc -l; jobs -l | wc -l; kill %1; wait %1 2>/dev/null; echo $?; jobs | wc -l
#### disown
sleep 0.2 & disown; jobs | wc -l; disown %5; echo $?
#### let and test builtins
let x=5; echo $x; test 1 = 1; echo $?; true; echo $?; false; echo $?; : anything; echo $?
#### enable
enable -n echo; type -t echo; enable echo; type -t echo; enable nosuch; echo $?; enable -n | wc -l
#### caller
f() { caller; caller 0; caller 5; echo $?; }; f
#### alias forms
alias a='echo x'
alias a; alias b=c; unalias a; alias a; echo $?; unalias nosuch; echo $?; unalias -a; alias | wc -l
#### alias expansion
shopt -s expand_aliases
alias hi='echo hello' two='echo one; echo two' loop='loop' q="echo 'quoted arg'"
hi world
two
q
alias if2='if true; then'
if2 echo in; fi
\hi 2>/dev/null; echo $?
'hi' 2>/dev/null; echo $?
#### exec redirect
exec 3> f; echo to3 >&3; exec 3>&-; cat f; exec 4< f; read l <&4; echo $l; exec 4<&-; (exec > g; echo in g); cat g; (exec echo replaced; echo no); (exec nosuchcmd; echo no); echo $?
#### exec with an empty environment
(exec -c env | grep -c HOME)
#### trap exit
trap 'echo bye' EXIT; echo hi; (trap 'echo sub' EXIT; echo in); exit 3
#### trap err
trap 'echo "err $?"' ERR; false; true; (exit 4); if false; then :; fi; false || true; f() { false; }; f; echo end
#### trap err with errtrace
set -E; trap 'echo "E:$?"' ERR; f() { false; echo after; }; f; x=$(false; echo sub); echo $x
#### trap debug
trap 'echo "D:$BASH_COMMAND"' DEBUG; x=1; echo $x; trap - DEBUG; echo quiet
#### trap return
f() { trap 'echo ret' RETURN; echo body; }; f; g() { echo g; }; g
#### trap listing
trap 'echo a' INT TERM; trap 'it'"'"'s' EXIT; trap -p; trap -p INT; trap - INT; trap; trap - EXIT
#### trap signals to self
trap 'echo got USR1' USR1; kill -USR1 $$; echo after; trap 'echo term' TERM; kill $$; echo still; trap '' INT; kill -INT $$; echo ignored
#### trap in subshell
trap 'echo parent' EXIT; (echo child); (trap; echo x) | cat; trap - EXIT
#### trap errors
trap 'x' NOSUCH; echo $?; trap -l | head -1 | cut -c1-9; trap 'echo e' ERR EXIT; false
#### suspend and unknown
nosuchcmd 2>/dev/null; echo $?; ./nosuch 2>/dev/null; echo $?; touch noexec; ./noexec 2>/dev/null; echo $?; mkdir dd; ./dd 2>/dev/null; echo $?
#### the table of commands
hash; ls > /dev/null; ls > /dev/null; hash; hash -t ls; hash -l; hash -d ls; hash; hash nosuch; echo $?; hash -p /bin/cat mycat; echo x | { mycat; }; hash -r; hash -t ls; echo $?
#### a command that has moved
mkdir one two; PATH=$PWD/one:$PWD/two:$PATH; printf 'echo two\n' > two/c; chmod +x two/c; c; printf 'echo one\n' > one/c; chmod +x one/c; c; rm two/c; c 2>/dev/null; echo $?; shopt -s checkhash; c; hash -r; c
#### disown
sleep 0.1 & disown -h %1; jobs; disown %1; jobs; disown; echo $?; sleep 0.1 & sleep 0.1 & disown -a; jobs; disown -x; echo $?
#### printf with a time zone
export TZ=Asia/Tokyo; printf '%(%F %T %z %Z)T\n' 0; TZ=America/New_York printf '%(%F %H %z)T\n' 1719800000; export TZ=Asia/Kolkata; printf '%(%R)T\n' 86400; unset TZ; printf '%(%F %T %Z)T\n' 0
#### options through the environment
export SHELLOPTS; set -o pipefail; bash -c 'set -o | grep pipefail; shopt -po pipefail'; env BASHOPTS=extglob bash -c 'shopt extglob'; bash -c 'echo $BASHOPTS' | grep -c checkwinsize
#### help of the shell itself
bash --help | grep -c 'option]'; bash --help > /dev/null; echo $?
