#### nameref
declare -n r=x; x=5; echo $r; r=7; echo $x; unset -n r; x=9; echo "[$r]"
#### nameref to array
a=(1 2 3); declare -n r=a; echo "${r[1]}" "${r[@]}" "${#r[@]}"; r[1]=X; r+=(4); echo "${a[@]}"; for e in "${r[@]}"; do echo -n "$e,"; done; echo
#### nameref to element
a=(1 2 3); declare -n e='a[1]'; echo $e; e=Z; echo "${a[@]}"
#### nameref in function
f() { local -n out=$1; out="set by f"; }; f result; echo "$result"; g() { local -n arr=$1; arr+=(new); }; list=(old); g list; echo "${list[@]}"
#### nameref to associative
declare -A m=([k]=v); f() { local -n h=$1; echo "${h[k]}"; h[new]=1; for k in "${!h[@]}"; do echo $k; done | sort; }; f m; echo "${m[new]}"
#### nameref attributes
declare -n r=x; declare -p r; [[ -R r ]] && echo ref; [[ -R x ]] || echo not; echo "${!r}"; unset r; declare -p r
#### nameref chain
declare -n a=b; declare -n b=c; c=deep; echo $a; a=new; echo $c
#### nameref errors
declare -n r=r; echo $?; declare -n q=1x; echo $?
#### declare prints
declare -i i=3; declare -r r=1; declare -x e=v; declare -a a=(1 2); declare -A h=([k]=v); declare -l l=ABC; declare -u u=abc; declare -p i r e a h l u; declare s; declare -p s; declare -p nosuch; echo $?
#### declare attributes combine
declare -irx n=2+3; declare -p n; declare -ax ar=(1); declare -p ar; declare -al la=(AB CD); declare -p la
#### declare -g
f() { declare -g G=1; declare L=2; local M=3; }; f; echo "$G|$L|$M"
#### declare in functions is local
x=out; f() { declare x=in; echo $x; }; f; echo $x; g() { typeset -i x=5; x+=1; echo $x; }; g; echo $x
#### local scoping
x=1; f() { local x=2; g; echo f$x; }; g() { echo g$x; x=3; }; f; echo $x
#### local without value
x=1; f() { local x; echo "[${x-unset}]"; x=2; }; f; echo $x
#### local array
f() { local -a a=(1 2); local -A h=([k]=v); echo "${a[@]} ${h[k]}"; }; f; echo "${a[@]}|${h[@]}"
#### local dash
set +x; f() { local -; set -f; echo $-; }; f | grep -c f; case $- in *f*) echo still;; *) echo restored;; esac
#### local outside
local x=1; echo $?
#### dynamic unset
x=g; f() { local x=l; unset x; echo "[${x-unset}]"; }; f; echo $x
#### readonly
readonly r=1; (r=2); echo $?; (unset r); echo $?; readonly -p | grep ' r='; declare -r s=x; (declare s=y); echo $?
#### readonly array
readonly -a a=(1 2); (a[0]=x) 2>/dev/null; echo $?; (a+=(3)) 2>/dev/null; echo $?; echo "${a[@]}"
#### export
export X=1; sh -c 'echo $X'; export -n X; sh -c 'echo "[$X]"'; Y=2; export Y; sh -c 'echo $Y'; Z=3 sh -c 'echo $Z'; echo "[$Z]"
#### export prints
export AAA="x y"; export -p | grep AAA; declare -x | grep AAA
#### arrays
a=(a b c); echo ${a[0]} ${a[2]} ${a[-1]} "${a[@]}" ${#a[@]}; a[10]=z; echo "${!a[@]}" ${#a[@]}; unset 'a[1]'; echo "${a[@]}"; a+=(q r); echo "${!a[@]}"; a=([3]=x [1]=y z); echo "${!a[@]}" "${a[@]}"
#### array element append
a=(x); a[0]+=y; a[1]+=z; echo "${a[@]}"; s=ab; s+=cd; echo $s; declare -i n=1; n+=2; echo $n
#### associative arrays
declare -A h=([a]=1 [b c]=2); h[d]=3; echo "${h[a]}" "${h[b c]}" "${#h[@]}"; unset 'h[a]'; echo "${#h[@]}"; for k in "${!h[@]}"; do echo "$k=${h[$k]}"; done | sort; [[ -v h[d] ]] && echo has; [[ -v h[zz] ]] || echo hasnt
#### associative key value list
declare -A h=(a 1 b 2); echo ${h[a]} ${h[b]}; h+=([c]=3); echo ${#h[@]}
#### array copies
a=(1 "2 3" 4); b=("${a[@]}"); echo ${#b[@]}; c=(${a[@]}); echo ${#c[@]}; d=("${a[@]:1}" x); echo "${d[0]}"
#### arrays and scalars
x=s; x[1]=t; echo "${x[@]}"; a=(p q); a=new; echo "${a[@]}"; echo $a
#### unset array
a=(1 2); unset a; echo "${#a[@]}"; a=(1 2 3); unset a[0]; echo "${a[@]}"; unset 'a[@]'; echo "${#a[@]}"
#### negative indices
a=(1 2 3 4); echo ${a[-1]} ${a[-2]}; a[-1]=x; echo ${a[@]}; unset 'a[-1]'; echo ${a[@]}; (echo ${a[-9]}); echo $?
#### declare -a over scalar
x=5; declare -a x; echo "${x[0]}"; declare -p x
#### conversion errors
declare -A h; declare -a h; echo $?; declare -a b; declare -A b; echo $?
#### lower and upper
declare -l lo=ABC; lo=DEF; echo $lo; declare -u up=abc; up=xyz; echo $up; lo+=GHI; echo $lo
#### integer attribute
declare -i n=10; n=n*2; echo $n; n="3 + 4"; echo $n; declare +i n; n=1+1; echo $n
#### special parameters
echo $#; set -- a b; echo $# $*; false; echo $?; sleep 0 & wait $!; echo $?; echo ${#-} | head -c0
#### positional set
set -- a "b c" d; echo $2; set x y; echo $1$2; set --; echo $#; set - p; echo $1
#### shift
set -- a b c; shift; echo $*; shift 2; echo $#; shift; echo $?; set -- a; shift 5; echo $?
#### RANDOM seeded
RANDOM=42; echo $RANDOM $RANDOM $RANDOM; RANDOM=1; echo $RANDOM
#### SECONDS
SECONDS=100; echo $SECONDS; [[ $SECONDS -ge 100 ]] && echo ok; [[ $EPOCHSECONDS -gt 1600000000 ]] && echo epoch; [[ $EPOCHREALTIME == *.?????? ]] && echo real; [[ $SRANDOM =~ ^[0-9]+$ ]] && echo sr
#### version
echo ${BASH_VERSINFO[0]} ${BASH_VERSINFO[1]}; [[ $BASH_VERSION == 5.2* ]] && echo v; echo $OSTYPE ${#GROUPS[@]}
#### BASHPID and subshell
echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL; (echo $BASH_SUBSHELL)); echo $(echo $BASH_SUBSHELL); [[ $$ == $(echo $$) ]] && echo same
#### FUNCNAME
f() { g; }; g() { echo "${FUNCNAME[@]}" ${#FUNCNAME[@]} $FUNCNAME; }; f; echo "[$FUNCNAME]"
#### LINENO
echo $LINENO
echo $LINENO; f() {
echo $LINENO
}; f
echo $LINENO
#### PIPESTATUS
true | false | true; echo "${PIPESTATUS[@]}"; false; echo ${PIPESTATUS[0]}; (exit 3) | (exit 4); echo ${PIPESTATUS[*]}
#### underscore
echo a b c; echo $_; true x; echo $_
#### UID readonly
(UID=5) 2>/dev/null; echo $?; [[ $EUID == $UID ]] && echo same
#### SHELLOPTS
set -u; [[ $SHELLOPTS == *nounset* ]] && echo yes; shopt -s nullglob; [[ $BASHOPTS == *nullglob* ]] && echo yes2
#### temporary assignments
x=1; x=2 eval 'echo $x'; echo $x; f() { echo "f:$x"; }; x=3 f; echo $x; x=4 true; echo $x; x=5 y=$x; echo $y
#### assignment forms
a=1 b=2; echo $a$b; x=$(echo sub); echo $x; y='q "w"'; echo $y; z=a\ b; echo "$z"; e=; echo "[$e]"; v=$a$b"c"'d'; echo $v
#### unset
x=1; unset x; echo ${x-gone}; f() { :; }; unset f; type f 2>/dev/null || echo nof; x=1; x() { echo fn; }; unset -v x; x; unset -f x; type x >/dev/null 2>&1 || echo gone; unset 1x; echo $?
#### set output
zz_var="a b"; set | grep ^zz_; zz_arr=(1 2); set | grep ^zz_arr; zz_q="it's"; set | grep ^zz_q
#### IFS assignment
IFS=,; x="a,b,c"; set -- $x; echo $#; IFS=$' \t\n'; echo "$*"
#### printf -v array
printf -v a[2] '%03d' 7; echo ${a[2]} ${!a[@]}; printf -v s '%s-' a b; echo $s
#### quoting of declare -p
x=$'a\nb'; declare -p x; y='$a "b" \c'; declare -p y; declare -A h=(["a b"]='x y' [$'q\t']=1); declare -p h | wc -l
