#### test strings
[ a = a ] && echo 1; [ a != b ] && echo 2; [ -z "" ] && echo 3; [ -n x ] && echo 4; [ x ] && echo 5; [ "" ] || echo 6; [ a == a ] && echo 7; [ a \< b ] && echo 8; [ b \> a ] && echo 9
#### test numbers
[ 1 -eq 1 ] && echo 1; [ 1 -ne 2 ] && echo 2; [ 1 -lt 2 ] && echo 3; [ 2 -le 2 ] && echo 4; [ 3 -gt 2 ] && echo 5; [ 3 -ge 3 ] && echo 6; [ -5 -lt 0 ] && echo 7; [ " 3" -eq 3 ] && echo 8
#### test errors
[ a -eq 1 ]; echo $?; [ 1 -eq ]; echo $?; [ a b ]; echo $?; [ a b c ]; echo $?; [ ( ]; echo $?
#### test errors two
[ 1 -eq 1; echo $?
test -f; echo $?; test; echo $?; test ! ; echo $?; test a -a; echo $?
#### test logic
[ a = a -a b = b ] && echo and; [ a = b -o b = b ] && echo or; [ ! a = b ] && echo not; [ \( a = a \) ] && echo paren; [ ! -z x -a -n y ] && echo mix
#### test files
touch f; mkdir d; ln -s f l; ln -s nowhere broken; echo x > g; chmod 755 g
[ -e f ] && echo e; [ -f f ] && echo f; [ -d d ] && echo d; [ -L l ] && echo L; [ -h l ] && echo h; [ -s f ] || echo s; [ -s g ] && echo S; [ -x g ] && echo x; [ -e broken ] || echo broken; [ -L broken ] && echo Lb; [ -r f ] && echo r; [ -w f ] && echo w; [ -x f ] || echo nx
#### test ages
touch -d '2020-01-01' old; touch new; [ new -nt old ] && echo nt; [ old -ot new ] && echo ot; [ new -ef new ] && echo ef; [ old -ef new ] || echo nef; [ new -nt missing ] && echo m; [ missing -ot new ] && echo mo
#### test types
[ -c /dev/null ] && echo c; [ -b /dev/null ] || echo nb; [ -S p ] || echo nS; [ -t 0 ] || echo nt; echo done
#### test variables
x=1; e=; [ -v x ] && echo v; [ -v e ] && echo e; [ -v nope ] || echo n; a=(1); [ -v a[0] ] && echo a0; [ -v a[5] ] || echo a5; [ -o errexit ] || echo noe; set -u; [ -o nounset ] && echo u
#### double bracket strings
[[ a == a ]] && echo 1; [[ abc == a* ]] && echo 2; [[ abc == "a*" ]] || echo 3; [[ abc != x* ]] && echo 4; [[ a < b ]] && echo 5; [[ -z "" && -n x ]] && echo 6; [[ ! a == b ]] && echo 7; [[ (a == b) || c == c ]] && echo 8; [[ x ]] && echo 9; [[ "" ]] || echo 10
#### double bracket no splitting
x="a b"; [[ $x == "a b" ]] && echo same; [[ $nope == "" ]] && echo empty; y='*'; [[ abc == $y ]] && echo pat; [[ abc == "$y" ]] || echo lit
#### double bracket multiline
[[ a == a &&
b == b ||
c == d ]] && echo multi; if [[
 -n x
]]; then echo nl; fi
#### regex
[[ foo123 =~ ([a-z]+)([0-9]+) ]] && echo "${BASH_REMATCH[@]}"; [[ abc =~ ^b ]] || echo no; [[ "a b" =~ a\ b ]] && echo sp; r='^(.*)-(.*)$'; [[ x-y-z =~ $r ]] && echo "${BASH_REMATCH[1]}|${BASH_REMATCH[2]}"; [[ a.b =~ a"."b ]] && echo lit; [[ axb =~ a"."b ]] || echo nolit
#### regex classes
[[ a1B_ =~ ^[[:alpha:]][[:digit:]][[:upper:]]_$ ]] && echo cls; [[ 2024-01-15 =~ ^([0-9]{4})-([0-9]{2})-([0-9]{2})$ ]] && echo "${BASH_REMATCH[1]} ${BASH_REMATCH[3]}"; [[ "  x" =~ ^[[:space:]]+x ]] && echo spc; [[ a]b =~ a[]]b ]] && echo br; [[ a-b =~ [a-] ]] && echo dash
#### regex longest
[[ abcd =~ (a|ab)(c|bcd)(d*) ]] && echo "${BASH_REMATCH[0]}|${BASH_REMATCH[1]}|${BASH_REMATCH[2]}|${BASH_REMATCH[3]}"; [[ foobar =~ foo|foobar ]] && echo ${BASH_REMATCH[0]}; [[ xyz =~ x(y|yz) ]] && echo "${BASH_REMATCH[1]}"
#### regex groups unmatched
[[ ac =~ a(b)?c ]] && echo "[${BASH_REMATCH[1]}] ${#BASH_REMATCH[@]}"; [[ no =~ yes ]]; echo "${#BASH_REMATCH[@]}"; [[ aaa =~ (a)* ]] && echo "${BASH_REMATCH[1]}"
#### regex alternatives and nesting
[[ "key = value" =~ ^[[:space:]]*([^=[:space:]]+)[[:space:]]*=[[:space:]]*(.*)$ ]] && echo "${BASH_REMATCH[1]}:${BASH_REMATCH[2]}"; [[ 192.168.1.1 =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}$ ]] && echo ip; [[ v1.2.3-rc1 =~ ^v([0-9]+)\.([0-9]+)\.([0-9]+)(-(.+))?$ ]] && echo "${BASH_REMATCH[*]:1}"
#### regex bad
[[ a =~ ( ]] 2>/dev/null; echo $?
#### regex bad pattern from a variable
r='['; [[ a =~ $r ]]; echo $?; r='a{2,1}'; [[ aa =~ $r ]]; echo $?; r='*a'; [[ '*a' =~ $r ]]; echo $?
#### regex quoting in brackets
p='[a-c]+'; [[ xxabc =~ $p ]] && echo ${BASH_REMATCH[0]}; [[ 'a+b' =~ a\+b ]] && echo plus; [[ 'a(b' =~ a\(b ]] && echo par; [[ $'a\nb' =~ a.b ]] && echo nl
#### numeric in double brackets
[[ 10 -gt 9 ]] && echo gt; [[ 10 > 9 ]] || echo lex; x=3; [[ x+1 -eq 4 ]] && echo expr; [[ 0x10 -eq 16 ]] && echo hex; [[ a -eq 0 ]] && echo zero
#### case
for x in apple banana cherry 42 "a b" ''; do case "$x" in a*e) echo A;; b?n*) echo B;; [0-9]*) echo N;; "a b") echo S;; '') echo E;; *) echo D;; esac; done
#### case fallthrough
case a in a) echo 1;& b) echo 2;; c) echo 3;; esac; case a in a) echo x;;& [a-z]) echo y;;& b) echo z;; *) echo w;; esac
#### case alternatives
case yes in y|yes|Y) echo ok;; esac; case x in (x) echo paren;; esac; case n in a) ;; b) ;; esac; echo $?; case z in z) false;; esac; echo $?
#### if elif else
f() { if [ $1 -lt 0 ]; then echo neg; elif [ $1 -eq 0 ]; then echo zero; else echo pos; fi; }; f -1; f 0; f 1; if false; then :; fi; echo $?
#### while until
i=0; while [ $i -lt 3 ]; do echo -n $i; i=$((i+1)); done; echo; until [ $i -eq 0 ]; do i=$((i-1)); done; echo $i; while false; do :; done; echo $?
#### break continue
for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done; for i in 1 2; do for j in a b; do [ $j = b ] && continue 2; echo $i$j; done; done; for i in 1 2; do for j in a b; do break 2; done; done; echo $i$j
#### logic operators
true && echo a; false || echo b; true && false || echo c; ! false && echo d; { false; true; } && echo e; (exit 3) || echo $?; ! true; echo $?
