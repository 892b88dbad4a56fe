#### transform Q
x="a b'c"; echo "${x@Q}"; y=$'a\nb'; echo "${y@Q}"; z=; echo "${z@Q}"; unset u; echo "[${u@Q}]"
#### transform U u L
x=hello; echo "${x@U} ${x@u}"; y=HELLO; echo "${y@L}"
#### transform E
x='a\tb\x41\n'; echo "${x@E}|"
#### transform P
x='\u'; p='$HOME-\$'; HOME=/h; echo "${p@P}"
#### transform A
x="a b"; echo "${x@A}"; declare -i n=5; echo "${n@A}"; declare -r r=1; echo "${r@A}"; a=(1 "2 3"); echo "${a[@]@A}"
#### transform K
a=(x "y z"); echo "${a[@]@K}"; declare -A h=([k]="v w"); echo "${h[@]@K}"
#### transform k
a=(x "y z"); for w in "${a[@]@k}"; do echo "<$w>"; done
#### transform a
declare -ix n=5; echo "${n@a}"; a=(1); echo "${a@a}"; declare -A h=([x]=1); echo "${h[@]@a}"; x=1; echo "[${x@a}]"
#### transform over lists
set -- "a b" c; echo "${@@Q}"; a=(x 'y z'); echo "${a[@]@Q}"; echo "${a[*]@U}"
#### names with prefix
abc1=1; abc2=2; echo ${!abc*}; for n in "${!abc@}"; do echo "<$n>"; done
#### keys
a=(x y); a[5]=z; echo "${!a[@]}"; declare -A h=([one]=1); echo "${!h[@]}"; s=scalar; echo "${!s[@]}"
#### indirection
x=y; y=val; echo "${!x}"; a=(1 2 3); r='a[1]'; echo "${!r}"; set -- p q; n=2; echo "${!n}"; echo "${!#}"
#### indirection with operation
x=y; y=value; echo "${!x#va}" "${!x:1:2}" "${!x^^}"; unset y; echo "${!x:-default}"
#### lengths
x=héllo; echo ${#x}; a=(a bb ccc); echo ${#a[@]} ${#a[2]} ${#a}; set -- a b c; echo $# ${#} ${#@} ${#*}; echo ${#1}
#### substring
x=abcdefgh; echo "${x:2}" "${x:2:3}" "${x: -3}" "${x: -3:2}" "${x:1:-2}" "${x:0:0}|" "${x:20}|" "${x:(-2)}"
#### substring of lists
set -- a b c d e; echo "${@:2:2}" "${@: -2}" "${#@}"; arr=(a b c d); echo "${arr[@]:1:2}" "${arr[@]: -1}" "${arr[*]:2}"
#### substring with arithmetic
x=abcdef i=1; echo "${x:i+1:i*2}" "${x:i?2:3}" "${x:$i}"
#### replace
x=aXbXc; echo "${x/X/-}" "${x//X/-}" "${x/#a/Z}" "${x/%c/Z}" "${x/X}" "${x//X}" "${x/nope/z}"
#### replace with ampersand
x=abc; echo "${x/b/[&]}" "${x/b/\&}" "${x/b/"&"}"
#### replace slashes
x=a/b/c; echo "${x//\//-}" "${x////-}" "${x/\//|}"
#### replace in arrays
a=(foo boo); echo "${a[@]/o/0}" "${a[@]//o/0}" "${a[@]/#/pre-}" "${a[@]/%/-post}"
#### remove
x=/usr/local/lib.tar.gz; echo "${x#*/}" "${x##*/}" "${x%.*}" "${x%%.*}" "${x#nope}" "${x%/*}"
#### remove from lists
set -- a.c b.c; echo "${@%.c}" "${*#?}"; a=(x1 x2); echo "${a[@]#x}"
#### case
x="hello World"; echo "${x^}" "${x^^}" "${x,}" "${x,,}" "${x~~}" "${x^^[lo]}" "${x~}"
#### defaults
unset u; e=; echo "${u-a}" "${e-b}" "${u:-c}" "${e:-d}" "${u+e}|" "${e+f}" "${e:+g}|" "${u:=h}" "$u"
#### default in quotes
unset u; echo "${u:-"a b"}" ${u:-"a  b"} ${u:-a  b} "${u:-'q'}" ${u:-'q r'}
#### error if unset
(unset u; echo "${u:?message}"; echo no); echo $?; (echo "${v?}") 2>/dev/null; echo $?
#### nested defaults
echo "${a:-${b:-${c:-deep}}}"; x=1; echo "${x:+${y:-z}}"
#### positional
set -- a b c d e f g h i j k; echo $1 $10 ${10} ${11} "$@" | cut -c1-20; shift 3; echo $1 $#
#### at and star
set -- "a b" c; for x in "$@"; do echo "<$x>"; done; for x in "$*"; do echo "<$x>"; done; for x in $@; do echo "<$x>"; done; IFS=-; echo "$*"; echo $*
#### star with empty IFS
set -- a b; IFS=; echo "$*" $*; IFS=:; x="$*"; echo $x "$x"
#### at within a word
set -- a b c; for w in "x$@y"; do echo "<$w>"; done; set --; for w in "x$@y"; do echo "<$w>"; done; for w in "$@"; do echo no; done
#### splitting
x=" a  b c "; for w in $x; do echo "<$w>"; done; IFS=:; x="a::b:"; for w in $x; do echo "<$w>"; done
#### splitting mixed IFS
IFS=' :'; x="a : b::c d"; for w in $x; do echo "<$w>"; done
#### quoted empty fields
set -- "" '' $nothing ""; echo $#; x=; set -- $x "$x"; echo $#
#### tilde
HOME=/h; echo ~ ~/x "~" \~ a~ x=~; y=~/a:~/b; echo $y; echo ${u:-~}
#### brace lists
echo {a,b}{1,2} x{,y,z}w {a,{b,c}d} {a} {} {a,b\,c} "{a,b}" a{b,c
#### brace sequences
echo {1..5} {5..1} {1..10..3} {a..e} {e..a..2} {01..03} {-2..2} {1..3}{a,b} {a..3} {1..2..0}
#### brace and variables
x=1; echo {$x,2} {1..$x} {"a b",c}; set +B; echo {a,b}; set -B; echo {a,b}
#### arithmetic forms
echo $((1+2)) $[3*4]; i=5; echo $((i++ + ++i)) $i; echo $(( (1,2) )) $((1?2:3))
#### command substitution
echo $(echo a; echo b) "$(echo a; echo b)" `echo c \`echo d\`` $(echo "$(echo nested "$(echo deep)")")
#### command substitution trims
x=$(printf 'a\n\n\n'); echo "[$x]"; x="$(printf '\n\na')"; echo "[$x]"
#### file substitution
echo content > f; echo "$(<f)"; x=$(< f); echo $x
#### case in substitution
echo $(case a in a) echo yes;; esac) $(case b in (b) echo B;; esac)
#### quoting
echo 'a"b' "a'b" a\ b "a\$b\`c\\d\e" $'a\tb\'c\x41\u00e9\101' "a
b"
#### ansi quotes
echo $'\a\b\e\f\v' | od -An -c | tr -s ' '; echo $'\cA' | od -An -tx1
#### glob
mkdir d; cd d; touch a.txt b.txt c.dat .hid; echo *; echo *.txt; echo .h*; echo [ab]*; echo [!a]*; echo *.nope; echo "*"; echo ?.dat
#### glob directories
mkdir -p d/e d/f; touch d/e/1 d/f/2; cd d; echo */; echo */*; echo ./*/1
#### nullglob failglob
mkdir d; cd d; shopt -s nullglob; echo a*b end; shopt -u nullglob; shopt -s failglob; echo x*y; echo after $?
#### dotglob
mkdir d; cd d; touch .a b; echo *; shopt -s dotglob; echo *; echo .*
#### globstar
mkdir -p d/e/f; touch d/1 d/e/2 d/e/f/3; cd d; shopt -s globstar; echo **; echo **/3; echo **/; echo e/**
#### extglob
shopt -s extglob
mkdir d; cd d; touch a b ab abc 1; echo @(a|b); echo !(a*); echo ?(a)b; echo +(a|b); echo *(a|b)c
#### extglob in patterns
shopt -s extglob
x=foobarfoo; echo "${x##+(foo)}" "${x/@(bar|baz)/-}" "${x%%*(o)}"; case abab in +(ab)) echo m;; esac
#### nocaseglob nocasematch
mkdir d; cd d; touch ABC; shopt -s nocaseglob; echo a*; shopt -s nocasematch; [[ abc == ABC ]] && echo eq; case X in x) echo case;; esac; [[ AbC =~ ^abc$ ]] && echo re
#### noglob
touch zz; set -f; echo z*; set +f; echo z*
#### patterns with classes
for x in a 1 B _ ' '; do case $x in [[:digit:]]) echo d;; [[:upper:]]) echo U;; [[:alpha:]]) echo l;; [[:space:]]) echo s;; *) echo o;; esac; done
#### pattern quoting
x='a*b'; case 'a*b' in "$x") echo q;; esac; case axxb in $x) echo u;; esac; case axxb in "$x") echo no;; *) echo other;; esac
#### pattern from a variable with backslash
p='\*'; case '*' in $p) echo star;; *) echo no;; esac; [[ '\' == '\' ]] && echo bs
#### unset in arithmetic
echo $((nope + 1)); x=abc; abc=7; echo $((x)); y='1+1'; echo $((y*2))
#### heredoc expansions
x=val; cat <<E
$x ${x^^} $(echo sub) $((1+1)) \$x `echo bq` "q" 'r'
E
cat <<'E'
$x $(no) \$
E
cat <<-E
	tab
		two
	E
#### heredocs several
cat <<A; cat <<B
1
A
2
B
cat <<X | tr a-z A-Z
piped
X
while read l; do echo "[$l]"; done <<E
x
y
E
#### herestring
cat <<< "a b"; read x y <<< "1 2"; echo $y; cat <<< $'l1\nl2'; cat <<<word
