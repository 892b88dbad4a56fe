Scripts recorded with GNU sed 4.9.

#### the first, all and the second match
echo 'a-a-a-a' | sed 's/a/X/'; echo 'a-a-a-a' | sed 's/a/X/g'; echo 'a-a-a-a' | sed 's/a/X/2'; echo 'a-a-a-a' | sed 's/a/X/2g'
#### another delimiter
echo /usr/local/bin | sed 's|/usr/local|/opt|; s,bin,sbin,; s#/#:#g'
#### a delimiter in brackets and escaped
echo 'a/b|c' | sed 's/[/]/x/; s|b\|c|Y|'
#### groups and the ampersand
echo 'john smith' | sed 's/\([a-z]*\) \([a-z]*\)/\2, \1/; s/smith/[&]\&/'
#### extended expressions
echo 'abc123def' | sed -E 's/([a-z]+)([0-9]+)/\2\1/; s/(x|d)e?/_/'; echo aaa | sed -r 's/a{2}/b/'
#### back-references
printf 'abab\nabba\n' | sed -n '/\(ab\)\1/p'; echo 'the the cat' | sed -E 's/(\w+) \1/\1/'
#### the longest match wins
echo 'abcd' | sed -E 's/a|ab|abc/X/'; echo xaabb | sed 's/a*\|b/Y/g'
#### empty matches
echo abc | sed 's/x*/-/g'; echo baaac | sed 's/a*/x/g'; echo abc | sed 's/b*/x/2'
#### flags I and M, p and w
echo 'Hello HELLO' | sed 's/hello/bye/Ig'; printf 'a\nb\n' | sed 'N;s/^b/X/M;s/a$/Y/M'
printf 'x1\ny\n' | sed -n 's/x/z/p;s/y/w/w out'; cat out
#### case in replacements
echo 'hello big world' | sed -E 's/(\w+) (\w+) (\w+)/\u\1 \U\2 x\E \l\3/; s/$/ \Udone\E./'; echo 'fOO bAR' | sed 's/.*/\L\u&/'
#### escapes in patterns and replacements
printf 'a\tb\n' | sed 's/\t/<tab>/; s/b/x\ty\nz/'
echo 'tel: 555' | sed 's/[[:digit:]]\+/N/; s/\btel\b/T/; s/\s/_/; s/\W/./'
#### newlines in pattern and replacement
printf '1\n2\n3\n' | sed 'N;s/\n/+/'; echo 'a,b,c' | sed 's/,/\
/g'
#### printing and silence
printf '1\n2\n3\n' | sed -n '2p'; printf '1\n2\n' | sed p; printf '#n\n1p\n' > s; printf '1\n2\n' | sed -f s
#### addresses by number, last and step
seq 10 | sed -n '3p;$p;0~4p;2~5p'; seq 5 | sed '2,4d'; seq 5 | sed '2,$d'; seq 5 | sed -n '$='
#### addresses by pattern
printf 'a\nstart\nb\nend\nc\n' | sed -n '/start/,/end/p'; printf 'a\nB\n' | sed -n '/b/Ip'; printf 'x/y\nz\n' | sed -n '\,x/y,p'
#### ranges of GNU
seq 10 | sed -n '3,+2p'; seq 10 | sed -n '3,~4p'; seq 10 | sed -n '8,~4p'; printf 'x\na\nx\nb\n' | sed '0,/x/d'; printf 'x\na\nx\nb\n' | sed '1,/x/d'
#### a range that ends before it begins
seq 5 | sed -n '4,2p'; seq 5 | sed -n '2,/[0-9]/p'
#### negation
seq 5 | sed '2,4!d'; seq 4 | sed -n '2{p};2!{s/^/x/p}'
#### append, insert and change
printf '1\n2\n3\n' | sed '2a after' | sed '2i before' | sed '$c\
last\
lines'
printf '1\n2\n3\n' | sed '1,2c both'; printf '1\n2\n' | sed 'a\  kept blanks'; printf '1\n' | sed 'a hello\nworld\ttab'
#### append in several expressions
printf '1\n' | sed -e 'a\' -e '  text' -e 'p'
#### delete, and the first line of several
printf 'a\n\n\nb\n' | sed '/^$/d'; seq 6 | sed '$!N;$!D'; printf 'a\n\n\n\nb\n' | sed '/^$/N;/\n$/D'
#### next line
seq 6 | sed 'n;d'; seq 5 | sed -n 'n;p'; seq 3 | sed 'N;N;N;s/\n/-/g'
#### hold space
seq 4 | sed -n '1!G;h;$p'; printf 'a\nb\n' | sed 'x;G'; printf 'a\nb\nc\n' | sed -n 'H;${x;s/\n/,/g;p}'
#### print the first line of several
seq 4 | sed -n '$!N;P;D'
#### labels and branches
printf 'a\nb\nc\n' | sed ':a;N;$!ba;s/\n/,/g'; echo 1234567 | sed -E ':a;s/^([0-9]+)([0-9]{3})/\1,\2/;ta'; echo x | sed 's/y/z/;T end;s/x/never/;:end'
#### transliteration
echo 'hello/x' | sed 'y/elo/ipa/; y,/,\n,'; echo 'äb' | sed 'y/äb/öc/'
#### quit and its code
seq 5 | sed 3q; seq 5 | sed '2Q'; seq 5 | sed -n '2{p;q7}'; echo $?; seq 9 | sed 'q;p'
#### line numbers, file names, list
printf 'a\tb\\\n' > f; sed -n '=;F;l' f; printf 'long line here\n' | sed -n 'l 8'; printf 'é\001\n' | sed -n l
#### read and write files
printf 'one\ntwo\n' > r.txt; printf '1\n2\n3\n' | sed '2r r.txt'; printf '1\n2\n3\n' | sed 'R r.txt'; printf '1\n2\n' | sed -n '1w w.txt'; cat w.txt; echo x | sed 'r missing'
printf '1\n2\n' | sed -n 'w /dev/stdout'
#### in place
printf 'a\nb\n' > f; printf 'c\n' > g; chmod 640 f; sed -i 's/[abc]/&&/' f g; cat f g; stat -c %a f
#### in place with a backup
printf 'a\n' > f; sed -i.bak 's/a/b/' f; cat f f.bak; sed -i'old_*' 's/b/c/' f; cat f old_f; sed --in-place=.x '$d' f; cat f f.x
#### in place, lines counted in each file
printf '1\n2\n' > f; printf '3\n4\n' > g; sed -i '1d' f g; cat f g; sed -s -n '$p;1p' f g; sed -n '$p' f g
#### zero bytes as line ends
printf 'a\0b\0' | sed -z 's/^/x/' | tr '\0' '|'; printf 'a\nb\n' | sed -z 's/\n/,/g'
#### no newline at the end
printf 'a\nb' | sed 's/b/c/'; echo; printf 'a' | sed p; echo; printf 'a' | sed 'a b'; printf 'a' > f; printf 'b\n' > g; sed '' f g
#### scripts from files and several expressions
printf 's/a/b/\n# comment\ns/b/c/ # another\n' > s; echo a | sed -f s -e 's/c/d/'; echo a | sed -e 's/a/b/;s/b/e/'
#### the empty pattern is the last one
echo 'foobar' | sed '/foo/s//X/'; echo abab | sed 's/a/1/;s//2/'
#### commands executed
echo 'echo hi' | sed e; echo x | sed '1e echo first'; echo 'date' | sed 's/date/echo ok/e'
#### blocks
printf '1\n2\n3\n' | sed -n '/2/{s/2/two/;p};3{
s/3/three/
p
}'; printf 'a\n' | sed '{{s/a/b/}}'
#### zap, and exchange with nothing
printf 'a\nb\n' | sed '1z;2x'
#### usual one-liners
printf '  indented  \n' | sed 's/^[ \t]*//;s/[ \t]*$/|/'; printf 'k=v # c\n\n# x\n' | sed 's/ *#.*//;/^$/d'; echo '<b>x</b>' | sed 's/<[^>]*>//g'
printf 'a=1\nb=2\n' | sed -n 's/^b=//p'; seq 3 | sed '1!G;h;$!d'; printf 'x\n' | sed 's/.*/"&"/'
#### errors of scripts
for s in 's/a' k s/a/b/k 3 'p;}' '{p' bfoo 's/\(/x/' 's/a/\1/' /a 1,p pp y/a/bc/ a ': ' 0p r s/a/b/gg s/a/b/0 '1,2}' y/a/ '1!!p'; do echo | sed "$s" 2>&1; echo $?; done
#### a missing file goes on with the next
printf 'x\n' > f; sed p missing f 2>err; echo $?; cat err
#### errors of options
sed 2>/dev/null; echo $?; sed --foo 2>/dev/null; echo $?; sed -i p 2>&1; echo $?; mkdir d; sed p d 2>&1; echo $?; sed -i p d 2>&1; echo $?
#### special characters and literal braces
echo 'a+b{2}' | sed 's/a+b{2}/X/'; echo 'a*b' | sed 's/*b/Y/'; echo 'x^y$z' | sed 's/x^y$z/Z/'; echo 'a]b' | sed 's/[]]/-/; s/[^]a-]/_/'
#### interval expressions and alternatives
echo aaaa | sed 's/a\{2,3\}/X/'; echo abc | sed 's/a\|c/X/g'; echo 'foo.bar' | sed 's/\(foo\|bar\)\.*/[\1]/g'
#### a closed pipe ends sed silently
yes | sed 's/y/n/' | head -n 2
