#### errexit basics
bash -c 'set -e; false; echo no'; echo $?; bash -c 'set -e; false || echo ok; if false; then :; fi; false && true; ! true; echo end'; echo $?
#### errexit in functions
bash -c 'set -e; f() { false; echo in; }; f || echo caught; f; echo no'; echo $?
#### errexit subshells and substitutions
bash -c 'set -e; (false; echo no); echo no2'; echo $?; bash -c 'set -e; x=$(false); echo no'; echo $?; bash -c 'set -e; echo $(false; echo sub); echo yes'; bash -c 'set -e; local x=$(false); echo no' 2>/dev/null; echo $?; bash -c 'set -e; f() { local x=$(false); echo masked; }; f'
#### errexit pipelines
bash -c 'set -e; false | true; echo ok; set -o pipefail; false | true; echo no'; echo $?; bash -c 'set -e; while false; do :; done; until true; do :; done; for i in; do :; done; case x in esac; echo fine'
#### errexit and conditions
bash -c 'set -e; [[ a == b ]] && echo x; ((0)) || echo zero; echo on; ((0)); echo no'; echo $?; bash -c 'set -e; { false; } || true; ( false ) || true; echo ok'
#### inherit_errexit
bash -c 'set -e; shopt -s inherit_errexit; x=$(false; echo hidden); echo no'; echo $?
#### errexit eval and source
bash -c 'set -e; eval false; echo no'; echo $?; echo false > s; bash -c 'set -e; . ./s; echo no'; echo $?; bash -c 'set -e; eval "false || true"; echo yes'
#### nounset
bash -c 'set -u; echo $nope; echo no' 2>/dev/null; echo $?; bash -c 'set -u; echo ${nope-d} ${#} "$@" $*; a=(); echo "${a[@]}" ok'; bash -c 'set -u; f() { echo $1; }; f; echo no' 2>/dev/null; echo $?
#### xtrace
bash -c 'set -x; echo a "b c"; x=1; [[ $x == 1 ]]; for i in 1; do :; done; ((x++)); f() { echo in; }; f; y=$(echo sub)' 2>&1
#### xtrace PS4
bash -c 'PS4="+\$LINENO: "; set -x; echo a
echo b' 2>&1
#### verbose
bash -c 'set -v
echo a
echo b' 2>&1
#### noexec
bash -n -c 'echo no; if'; echo $?; bash -n -c 'echo fine'; echo $?
#### noclobber
set -C; echo a > f; echo b > f; echo $?; echo c >| f; cat f; echo d >> f; cat f; set +C; echo e > f; cat f
#### allexport
set -a; AEX=1; set +a; AEY=2; sh -c 'echo $AEX$AEY'
#### pipelines
echo a | cat | cat; echo x | while read l; do echo "got $l"; done; { echo 1; echo 2; } | wc -l; echo a |& cat; (echo out; echo err >&2) |& sort; ! false | false; echo $?
#### pipeline statuses
true | false; echo $?; false | true; echo $?; set -o pipefail; false | true; echo $?; (exit 2) | (exit 3) | true; echo $? ${PIPESTATUS[@]}
#### pipeline variables
x=1; echo 5 | read x; echo $x; shopt -s lastpipe; echo 6 | read x; echo $x
#### subshells
x=1; (x=2; echo $x); echo $x; (cd /; pwd); (exit 5); echo $?; ( (echo nested) ); y=$( (echo a); (echo b) ); echo $y
#### groups
{ echo a; echo b; } > f; cat f; { x=5; }; echo $x; { echo in; false; }; echo $?; { echo e >&2; } 2>&1
#### background
{ sleep 0.05; echo bg; } & echo fg; wait; (echo sub) & wait; f() { echo fn $1; }; f 1 & wait; echo a & echo b | cat & wait; for i in 1 2; do echo $i; done & wait
#### background status
false & wait $!; echo $?; (exit 7) & p=$!; wait $p; echo $?; sleep 5 & kill $!; wait $! 2>/dev/null; echo $?
#### functions
f() { echo "$#: $*"; return 2; }; f a "b c"; echo $?; function g { echo g; }; g; function h() { echo h; }; h; f() ( x=sub; echo $x ); f; echo "[$x]"; k() { echo k; } > kf; k; cat kf
#### function bodies
f() if true; then echo iff; fi; f; g() for i in 1 2; do echo $i; done; g; h() [[ $1 == a ]]; h a && echo yes; l() ((1)); l; echo $?; w() while :; do break; done; w
#### recursion
fact() { [ $1 -le 1 ] && echo 1 || echo $(($1 * $(fact $(($1-1))))); }; fact 6; fib() { if (($1<2)); then r=$1; else fib $(($1-1)); local a=$r; fib $(($1-2)); r=$((a+r)); fi; }; fib 12; echo $r
#### nested functions
outer() { inner() { echo inner; }; inner; }; outer; inner; f() { f() { echo second; }; echo first; }; f; f
#### function redirection and stdin
f() { cat; }; echo x | f; f <<< y; g() { echo o; echo e >&2; }; g 2>/dev/null; g > /dev/null 2>&1; echo $(g 2>&1)
#### declare f
f() { echo a; if true; then echo b; fi; }; declare -f f; declare -F f; g() { cat <<E
$1
E
}; declare -f g
#### declare f complex
f() { for i in 1 2; do echo $i; done; while read x; do :; done < f; case $1 in a|b) echo x;; *) ;; esac; (sub); { grp; }; x=$(cmd) y=1 run && a || b; ! neg; [[ a == b ]]; ((1+1)); echo > o 2>&1; }; declare -f f
#### declare f more
f() { until a; do b; done; for ((i=0;i<3;i++)); do :; done; select x in 1 2; do break; done; if a; then b; elif c; then d; else e; fi; a | b |& c; x & y; function g() { :; }; time ls; coproc cat; }; declare -f f
#### time keyword
time true 2>/dev/null; TIMEFORMAT=x; { time :; } 2>&1; { time sleep 0.01; } 2>&1; TIMEFORMAT='%%'; { time true; } 2>&1; { ! time false; } 2>/dev/null; echo $?
#### redirections
echo out > f; echo more >> f; cat < f; cat f - <<< in; echo err 2> e >&2; cat e; { echo a; echo b >&2; } > both 2>&1; cat both; { echo c; echo d >&2; } &> both2; cat both2; echo e &>> both2; cat both2; ls /nosuch 2>/dev/null; echo $?
#### redirection order
{ echo o; echo e >&2; } 2>&1 >/dev/null; { echo o; echo e >&2; } >f 2>&1; cat f; echo x 3>f >&3; cat f; exec 5>&1; echo five >&5; exec 5>&-; echo no >&5; echo $?
#### redirection errors
cat < /nosuch; echo $?; echo x > /nosuch/f; echo $?; echo x >&9; echo $?; : > ""; echo $?; x="a b"; touch "a b"; cat < $x; echo $?
#### descriptor forms
echo abc > f; exec 3<>f; read -n1 c <&3; echo -n X >&3; exec 3>&-; cat f; { echo via3 >&3; } 3>&1; exec 6>&1 1>g; echo ing; exec 1>&6-; cat g
#### fd variables
exec {fd}> f; echo $((fd >= 10)); echo data >&$fd; exec {fd}>&-; cat f; { echo x >&$v; } {v}>g; cat g
#### process substitution
cat <(echo one) <(echo two); paste <(seq 2) <(seq 3 4); while read x; do echo "r$x"; done < <(seq 2); echo data | tee >(cat > f) >/dev/null; sleep 0.2; cat f; [[ <(:) == /dev/fd/* ]] && echo name
#### process substitution nested
cat <(cat <(echo deep)); wc -l < <(seq 5) | tr -d ' '; f() { cat "$1"; }; f <(echo arg); mapfile -t a < <(seq 3); echo ${#a[@]}
#### coproc
coproc { read l; echo "got $l"; }; echo hello >&${COPROC[1]}; read r <&${COPROC[0]}; echo $r; wait $COPROC_PID; echo $?
#### coproc named
coproc UP { while read l; do echo "${l^^}"; done; }; echo abc >&${UP[1]}; read r <&${UP[0]}; echo $r; echo def >&${UP[1]}; read r <&${UP[0]}; echo $r; exec {UP[1]}>&-; wait $UP_PID; echo done
#### select
select x in a b c; do echo "$REPLY:$x"; [ "$x" = c ] && break; done <<< $'1\n9\n3' 2>/dev/null; PS3='pick> '; select y in one; do break; done <<< 1; echo $y
#### select columns
select x in alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu; do echo $x; break; done 2>&1 <<< 3
#### heredoc in functions and loops
f() { cat <<E
arg $1
E
}; f 1; for i in 1 2; do cat <<E
loop $i
E
done; if true; then cat <<-E
	tabbed
	E
fi
#### heredoc with commands after
cat <<E && echo after
body
E
cat <<E | tr a-z A-Z && echo piped
lower
E
{ cat; cat <&3; } <<A 3<<B
a
A
b
B
#### line continuation
echo a \
b; x=1\
2; echo $x; if true && \
true; then echo ok; fi; echo "a\
b" 'c\
d'
#### comments
echo a # comment
echo b#notcomment; echo '#' "#" \# # real
# whole line
x=a#b; echo $x; echo ${#x} # length
#### operators without spaces
true&&echo a||echo b;(echo c);{ echo d;};echo e>f;cat<f;if true;then echo g;fi;for i in 1;do echo $i;done
#### compound redirection
for i in 1 2; do echo $i; done > f; while read x; do echo "[$x]"; done < f; if true; then echo i; fi > g; cat g; case x in x) echo c;; esac > h; cat h; { read a; read b; echo $b$a; } < f
#### exit codes
sh -c 'exit 42'; echo $?; nosuch_cmd 2>/dev/null; echo $?; sh -c 'kill -TERM $$'; echo $?; sh -c 'kill -9 $$'; echo $?; (exit 300); echo $?
#### command not found handle
command_not_found_handle() { echo "nf: $1"; return 44; }; nosuchcmd a; echo $?
#### script from stdin
bash -s a b <<< 'echo $1 $2 $#'; echo 'echo piped $#' | bash; bash <<'E'
read x
line for read
echo "x=$x"
E
#### script files
printf '#!/bin/bash\necho "script $1 $#"; exit 7\n' > s; chmod +x s; ./s a b; echo $?; bash s q; echo 'echo noshebang $1' > n; chmod +x n; ./n z; bash ./nosuch 2>/dev/null; echo $?
#### c arguments
bash -c 'echo $0 $1 $#' name a b; bash -c 'echo "$@"' x 'a b' c; bash -ec 'false; echo no'; echo $?; bash -c ''; echo $?; bash -o pipefail -c 'false | true; echo $?'; bash +e -c 'false; echo on'
#### eval syntax error
eval 'if'; echo $?; eval ')'; echo $?; bash -c 'echo a; if'; echo $?; bash -c 'echo a
fi
echo b'; echo $?
#### syntax errors
bash -c 'for'; bash -c 'case x'; bash -c 'echo "a'; bash -c "echo 'a"; bash -c 'echo $('; bash -c 'echo ${a'; bash -c '((1'; bash -c '&& a'; bash -c ';;'; bash -c 'a |'; bash -c '{ a'; bash -c 'f() '; bash -c 'echo >'; echo $?
#### syntax errors two
bash -c '[[ a b ]]'; bash -c '[[ -f ]]'; bash -c '[[ a == ]]'; bash -c '[[ a'; bash -c 'echo a=(b)'; bash -c 'x=(a'; bash -c 'if true; then fi'; bash -c 'while; do :; done'; bash -c 'echo `'; bash -c 'done'; echo $?
#### bad substitutions
(echo ${x!}); echo $?; (echo ${x y}); echo $?; (echo ${}); echo $?; (echo ${@Q y}) ; echo $?
#### deep recursion
FUNCNEST=10; g() { ((n++)); g; }; n=0; g 2>/dev/null; echo "n=$n"
#### deep nesting of subshells
s=$(printf '%.0s( ' {1..60}); e=$(printf '%.0s) ' {1..60}); eval "$s echo deep $e"; s=$(printf '%.0s$(echo ' {1..40}); e=$(printf '%.0s)' {1..40}); eval "echo $s x $e"
#### deep eval
x='echo hi'; for i in {1..30}; do x="eval $(printf '%q' "$x")"; [ ${#x} -gt 2000 ] && break; done; y=0; f() { if (($1)); then eval "f $(($1-1))"; else echo bottom; fi; }; f 100
#### lots of arguments
set -- $(seq 1 5000); echo $# ${5000}; f() { echo $#; }; f "$@" "$@"; a=("$@"); echo ${#a[@]}
#### long strings
x=$(printf '%0.sab' {1..20000}); echo ${#x}; y=$x$x; echo ${#y}; echo ${y: -4}; z=${x//a/}; echo ${#z}; [[ $x == *ba* ]] && echo in
#### job control in a script
exec 2> /dev/null; set -m; sleep 100 & jobs; kill %1; wait %1 2>/dev/null; echo $?; sh -c 'exit 3'; echo $?; sleep 0.1 & fg >/dev/null; echo "fg $?"; (exit 4) & wait $!; echo $?; echo a | cat | wc -c
#### a job's group
set -m; sh -c 'sleep 50 & sleep 50' & sleep 0.3; kill -- -$!; wait $! 2>/dev/null; echo $?; [[ $- == *m* ]] && echo on; set +m; [[ $- == *m* ]] || echo off
#### output through a process that the shell starts
exec > >(sed 's/^/> /') 2>&1; echo one; echo two >&2; ls /none | cat; echo three
#### what the program is called
exec -a other bash -c 'echo $0; tr "\0" "\n" < /proc/$$/cmdline | head -n 1'
#### a login shell by its name
exec -l bash -c 'echo $0; shopt -q login_shell && echo login'
#### read leaves what follows
seq 9 > f; { read a; read b; read c; read d; head -n 1; read e; echo "$a$b$c$d $e"; cat; } < f; seq 9 | { read a; read b; read c; read d; echo "$a$b$c$d"; cat; }
#### read from two inputs in turn
exec 3< <(seq 1 5) 4< <(seq 11 15); while read -u3 a && read -u4 b; do echo "$a $b"; done; exec 3<&- 4<&-
#### read with children that share the input
seq 8 > f; while read x; do echo "got $x"; [ $x = 4 ] && (read y; echo "sub $y"); [ $x = 6 ] && sh -c 'read z; echo "sh $z"'; done < f
#### read line by line from a copy of a descriptor
seq 6 > f; exec 3<f; read -u3 a; read -u3 b; read -u3 c; read -u3 d; exec 4<&3; read -u4 e; read -u3 g; echo $a $b $c $d $e $g; read -u3 h || echo end
