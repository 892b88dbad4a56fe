#### basic
mkdir w; cd w
printf 'foo bar\nbaz\nFoo\nfoobar\n' > f; grep foo f; grep -i foo f; grep -v foo f; grep -c foo f; grep -n foo f; grep -w foo f; grep -x baz f; grep -l foo f; grep -L foo f; grep -L zzz f; grep nothing f; echo $?
#### only matching
mkdir w; cd w
printf 'foo bar foo\nab abc\n' > f; grep -o foo f; grep -on foo f; grep -ob foo f; grep -o 'a\|ab\|abc' f; grep -oE 'a|ab|abc' f; grep -oE '(a|ab)(c|bcd)?' f; grep -oi FOO f; grep -ow 'ab*' f; grep -oE '[a-z]+' f; grep -o 'x*' f; echo $?
#### several files
mkdir w; cd w
printf 'a\nb\n' > 1; printf 'b\nc\n' > 2; grep b 1 2; grep -h b 1 2; grep -H a 1; grep -c b 1 2; grep -l a 1 2; grep -L a 1 2; grep -n c 1 2 -H; cat 1 | grep b - 2; cat 1 | grep --label=in -H b; cat 1 | grep -c b
#### context
mkdir w; cd w
seq 20 > f; grep -A1 5 f; grep -B1 -n 5 f; grep -C1 '^1$\|^7$' f; grep -1 10 f; grep -A2 --group-separator=XX '^[37]$' f; grep -A1 --no-group-separator '^[38]$' f; grep -m1 -A2 1 f; grep -A1 -v '[0-9]' f; echo $?; grep -A0 '[35]' f
#### extended
mkdir w; cd w
printf 'aaa\nab\nabab\na+b\n(x)\n' > f; grep -E 'a{2,}' f; grep -E '^(ab)+$' f; grep -E 'a\+b' f; grep -E '\(x\)' f; grep -E 'b|x' f; grep -E '^a?b?$' f; grep -E '(^|x)ab$' f; grep 'a\{3\}' f; grep 'a\+b' f; grep '(x)' f; grep -E 'a{1' f; echo $?; grep -E '()' f | wc -l
#### fixed strings
mkdir w; cd w
printf 'a.b\naxb\n*\n[x\n' > f; grep -F a.b f; grep -F '*' f; grep -F '[x' f; grep -Fx '*' f; grep -Fi A.B f; grep -Fw a f; grep -F 'a.b
*' f; grep -Fo . f; fgrep . f; egrep 'a(.|x)b' f
#### back-references
mkdir w; cd w
printf 'abab\nabba\nfoofoo\nxyz\n' > f; grep '\(..\)\1' f; grep -E '(.)(.)\2\1' f; grep -E '^(.*)\1$' f; grep -oE '(o)\1' f; grep -c '\(a\)b\1' f; grep -E '(a)\2' f; echo $?; grep -iE '(F)OO\1' f; grep -nw '\(foo\)\1' f; grep -x '\(..\)\1' f; grep -v '\(.\)\1' f
#### perl
mkdir w; cd w
printf 'foo1 bar\nfoobar\nprice: $5\ntab\there\n' > f; grep -P '\d+' f; grep -oP '(?<=foo)\w+' f; grep -P 'foo(?!bar)' f; grep -oP 'price: \K\S+' f; grep -P '\t' f; grep -oP '\$\d' f; grep -P '^(?:foo)\d' f; grep -oP '\w+?(?=bar)' f; grep -P '(' f; echo $?; grep -Pi 'FOO' f; grep -Pc 'o{2}' f; grep -Pv 'foo' f; grep -oP '(?i)FOO' f; grep -P '\bbar\b' f; grep -P 'a' -e b f; echo $?
#### word edges and classes
mkdir w; cd w
printf 'foo\nfoo_bar\n-foo-\nébar\nx1\n' > f; grep '\<foo\>' f; grep '\bfoo' f; grep 'foo\B' f; grep '\w1' f; grep '\W' f; grep '[[:digit:]]' f; grep '[[:punct:]]f' f; grep '[[:alpha:]]bar' f; grep '^[[:alnum:]]*$' f; grep '[[:foo:]]' f; echo $?; grep '[:digit:]' f; echo $?; grep -c '[[:space:]]' f
#### brackets
mkdir w; cd w
printf 'a]b\na-b\na^b\na\\b\nq\n' > f; grep '[]]' f; grep 'a[-]b' f; grep 'a[^^]b' f; grep 'a[\]b' f; grep '[^a-p]' f | head -1; grep '[a' f; echo $?; grep '[z-a]' f; echo $?; grep -E '[]a-c-]b' f; grep '[[=q=]]' f; grep '[[.-.]]' f
#### anchors and stars
mkdir w; cd w
printf '^a\na$\n*a\naa\nab\n' > f; grep '^a' f; grep 'a$' f; grep '\^a' f; grep '^\^' f; grep '*a' f; grep '^*a' f; grep 'a\$' f; grep 'x*ab*' f; grep -E 'a**' f | wc -l; grep '\(^a\)a' f; grep 'a\|^\*' f | wc -l; grep -e '' f | wc -l; grep '^$' f; echo $?
#### patterns from files and several
mkdir w; cd w
printf 'one\ntwo\nthree\n' > f; printf 'one\nthree\n' > p; grep -f p f; grep -e one -e two f; grep 'one
two' f; grep -vf p f; : > empty; grep -f empty f; echo $?; grep -c -f empty -v f; grep -f nope f; echo $?; echo two | grep -f - f; grep -e two -f p f; printf -- '-x\n' | grep -e -x; printf -- '-x\n' | grep -- -x
#### recursive
mkdir w; cd w
mkdir -p d/e/.git; echo foo > d/a.c; echo foo > d/b.h; echo foo > d/e/c.c; echo foo > d/e/.git/x; grep -r foo d | sort; grep -rl foo . | sort; grep -rh foo d | sort; grep -r --include='*.c' foo d | sort; grep -r --exclude='*.c' foo d | sort; grep -r --exclude-dir=.git -l foo d | sort; grep -rc foo d | sort; (cd d; grep -r foo | sort); grep -r foo d/a.c; grep foo d; echo $?; grep -d skip foo d; echo $?; grep -rn --include='*.{c,h}' foo d; grep -r foo d/a.c d/b.h
#### links
mkdir w; cd w
mkdir d; echo foo > d/f; ln -s ../d d/self; ln -s f d/l; ln -s d top; grep -r foo d | sort; grep -r foo top | sort; grep foo d/l; grep -rl foo . | sort
#### quiet and errors
mkdir w; cd w
echo a > f; grep -q a f; echo $?; grep -q z f; echo $?; grep a nope; echo $?; grep -s a nope; echo $?; grep -q a f nope; echo $?; grep -q a nope f; echo $?; grep a f nope; echo $?; grep -sq z nope; echo $?
#### binary files
mkdir w; cd w
printf 'a\0foo\nfoo\n' > b; grep foo b; echo $?; grep -a foo b | tr '\0' @; grep -c foo b; grep -I foo b; echo $?; grep --binary-files=text -n foo b | tr '\0' @; grep -l foo b; grep -q foo b; echo $?; grep -o foo b; printf 'ok foo\n\377 foo\n' > u; grep foo u; grep -c foo u; grep -a ok u; grep -v zzz b
#### null data and names
mkdir w; cd w
printf 'a b\0c\nd\0' > z; grep -z c z | tr '\0\n' '@%'; grep -zc . z; printf 'x\n' > f; grep -lZ x f | tr '\0' @; grep -HZ x f | tr '\0' @; echo; grep -zo '[a-d]' z | tr '\0' @; echo; grep -z '^d' z | tr '\0\n' '@%'
#### counts and limits
mkdir w; cd w
yes a | head -5 > f; grep -m2 a f; grep -m2 -c a f; grep -m0 a f; echo $?; grep -m1 -n a f f; yes a | grep -m1 a; grep -c -v a f; grep -m x a f; echo $?; yes | head -100 | (grep -m1 y; head -1)
#### colour
mkdir w; cd w
printf 'foo bar foo\nx\n' > f; grep --color=always foo f | od -c | head -6; grep --color=always -n foo f | od -c | head -6; grep --color=never foo f; grep --color=auto foo f; grep --color=always -H foo f | od -c | head -3; grep --colour=always -o bar f | od -c; grep --color=always -v foo f; grep --color=always -A1 bar f | od -c | tail -3
#### byte offsets and tabs
mkdir w; cd w
printf 'foo\nbar foo\n' > f; grep -b foo f; grep -bo foo f; grep -nT foo f | od -c; grep -HnT foo f; grep -HT bar f; grep -nb bar f
#### inverted
mkdir w; cd w
printf 'a\nb\nc\n' > f; grep -v b f; grep -vc b f; grep -vn b f; grep -vx a f; grep -vw b f; grep -vo b f; echo $?; grep -vl a f; grep -v '' f; echo $?; grep -v a f f
#### case
mkdir w; cd w
printf 'Straße\nÉCOLE\nécole\nABC\n' > f; grep -i école f; grep -i abc f; grep -io 'a[b-z]*' f; grep -y abc f; grep -i --no-ignore-case abc f; echo $?; grep -ic straße f; grep -iF Abc f; grep -iE '^(ABC|x)$' f
#### whole words
mkdir w; cd w
printf 'foo-bar\nfoobar\n_foo\nfoo bar\nfoo1\n' > f; grep -w foo f; grep -wo 'foo' f; grep -wc 'foo\|bar' f; grep -wE 'foo|foobar' f; grep -wv foo f; grep -w 'f[a-z]*' f; grep -w '' f | wc -l
#### usage errors
mkdir w; cd w
grep; echo $?; grep -E; echo $?; echo a | grep -Z; echo $?; echo a | grep --foo a; echo $?; echo a | grep -A x a; echo $?; echo a | grep '\(' ; echo $?; echo a | grep -E '('; echo $?; echo a | grep -E 'a)' ; echo $?; echo a | grep '\)'; echo $?; echo a | grep 'a\{1'; echo $?; echo a | grep 'a\{2,1\}'; echo $?; echo a | grep -E 'x{99999}'; echo $?; echo a | grep 'b\'; echo $?; echo a | grep --binary-files=x a; echo $?; echo a | grep -d x a; echo $?
#### standard input and directories
mkdir w; cd w
mkdir d; echo foo | grep foo; echo foo | grep foo -; echo foo | grep -H foo; grep foo < /dev/null; echo $?; echo foo | grep -r foo - ; grep foo .; echo $?; grep -s foo d; echo $?
#### in pipes and conditions
mkdir w; cd w
printf 'k=v\n#c\n\nx=y\n' > conf; grep -v '^#' conf | grep -v '^$'; if grep -q '^k=' conf; then echo yes; fi; grep -E '^[a-z]+=' conf | cut -d= -f2; n=$(grep -c = conf); echo $n; grep -Eo '^[^=#]+' conf; ! grep -q nope conf && echo none; grep -n '' conf | tail -1; ps() { echo 'x 1'; }; ps | grep '[x]'
#### logs
mkdir w; cd w
printf '10.0.0.1 - GET /a 200\n10.0.0.2 - POST /b 500\n10.0.0.1 - GET /c 404\n' > log; grep -E ' (4|5)[0-9]{2}$' log; grep -oE '^[0-9.]+' log | sort | uniq -c | sort -rn; grep -cE 'GET|POST' log; grep -Eo '([0-9]{1,3}\.){3}[0-9]{1,3}' log | head -1; grep -P '"?GET' log | wc -l; grep -A1 500 log
#### long lines and many
mkdir w; cd w
head -c 300000 /dev/zero | tr '\0' x > f; echo y >> f; grep -c y f; grep -o 'xy$' f; seq 100000 | grep -c 9; seq 100000 | grep -E '^(1|2)+$' | tail -1; seq 100000 | grep -n 99999; seq 30000 | grep -f <(seq 29990 30010) | wc -l
#### stray backslashes
mkdir w; cd w
printf 'd1\na"b\n' > f; grep 'a\"b' f; grep -E 'a\"b' f; grep -E 'd\1' f; echo $?; grep '\d' f; grep -E 'a\|x|d' f; grep '1\?$' f | wc -l; grep 'd\{1\}' f; grep -E 'd{1}{1}' f; grep -E '*d' f; grep -E '|zz' f | wc -l; grep -E '(|d)1' f
#### catastrophic patterns
mkdir w; cd w
head -c 40 /dev/zero | tr '\0' a > f; echo b >> f; grep -E '^(a+)+$' f; echo $?; grep -E '(a|aa)+$' f; echo $?; grep -P '^(?=a)(a+)+$' f 2>/dev/null; echo $?
#### buffering and exclude-from
mkdir w; cd w
echo foo > a.c; echo foo > a.h; printf '*.h\n' > ex; grep --exclude-from=ex foo a.c a.h; grep --line-buffered foo a.c; grep -U foo a.c; grep --devices=skip foo a.c; grep --exclude=a.c foo a.c a.h; grep --include=a.c foo a.c a.h; grep --exclude='a*' foo a.c; echo $?
