#### sed -i with a backup
printf 'a=1\nb=2\n' > conf; sed -i.bak 's/^a=.*/a=10/' conf; cat conf; cat conf.bak
#### uncomment and comment lines
printf '#Port 22\nPermitRootLogin yes\n' > sshd; sed -i -e 's/^#\(Port\) .*/\1 2222/' -e '/^PermitRootLogin/s/^/#/' sshd; cat sshd
#### set or append a key
set_key() { if grep -q "^$1=" "$3"; then sed -i "s|^$1=.*|$1=$2|" "$3"; else echo "$1=$2" >> "$3"; fi; }
printf 'HOST=localhost\n' > .env; set_key HOST db.example.com .env; set_key URL http://x/y .env; cat .env
#### delete blank and comment lines
printf '# head\n\na\n  # in\n\nb # tail\n' > c; sed -e '/^[[:space:]]*#/d' -e '/^$/d' c; grep -vE '^\s*(#|$)' c
#### insert before, append after, change
printf 'one\ntwo\nthree\n' > f; sed -i '/two/i\before' f; sed -i '/two/a\after' f; sed -i 's/three/3/' f; sed '1c\first' f
#### a block replaced
printf 'x\n# start\nold1\nold2\n# end\ny\n' > f; sed -i '/# start/,/# end/{//!d}' f; sed -i '/# start/a\new' f; cat f
#### swap two columns
printf 'a b c\nd e f\n' | awk '{ t = $1; $1 = $2; $2 = t } 1'; printf 'last, first\n' | sed -E 's/([a-z]+), ([a-z]+)/\2 \1/'
#### join lines with commas
printf 'a\nb\nc\n' | paste -sd, ; printf 'a\nb\nc\n' | tr '\n' ',' | sed 's/,$/\n/'; printf 'a\nb\nc\n' | awk -v ORS=, '1' | sed 's/,$//'; echo
#### dedupe keeping the order
printf 'b\na\nb\nc\na\n' | awk '!seen[$0]++'
#### number lines
printf 'x\n\ny\n' | cat -n; printf 'x\n\ny\n' | nl; printf 'x\ny\n' | awk '{ printf "%03d %s\n", NR, $0 }'
#### trim whitespace
printf '  a b  \n\tc\t\n' | sed 's/^[[:space:]]*//;s/[[:space:]]*$//' | sed 's/.*/[&]/'; echo '  padded  ' | xargs
#### case changes
echo 'Hello World' | tr '[:lower:]' '[:upper:]'; echo 'HELLO' | awk '{ print tolower($0) }'; echo 'hello world' | sed -E 's/\b(.)/\u\1/g'; s=shell; echo "${s^}" "${s^^}"
#### every second line, pairs
seq 6 | sed -n 'n;p'; seq 6 | awk 'NR % 2'; seq 6 | paste - -; seq 6 | sed 'N;s/\n/-/'
#### reverse lines and words
printf '1\n2\n3\n' | tac; echo 'a b c' | awk '{ for (i = NF; i; i--) printf "%s%s", $i, (i > 1 ? " " : "\n") }'; echo abc | rev; printf '1\n2\n3\n' | sed '1!G;h;$!d'
#### longest line
printf 'aa\nbbbb\nc\n' | awk 'length > n { n = length; l = $0 } END { print n, l }'; printf 'aa\nbbbb\nc\n' | wc -L
#### wrap and format
echo 'the quick brown fox jumps over the lazy dog' | fold -sw 15; printf 'a\nb\n\nc\n' | fmt
#### a table aligned
printf 'name qty price\napple 3 1.25\nkiwi 12 0.5\n' | column -t; printf 'name,qty\napple,3\nbanana,12\n' | column -s, -t
#### sum, mean, min, max
printf '3\n9\n6\n' | awk 'NR == 1 { min = max = $1 } { s += $1; if ($1 < min) min = $1; if ($1 > max) max = $1 } END { print s, s / NR, min, max }'
#### CRLF to LF
printf 'a\r\nb\r\n' > dos; tr -d '\r' < dos | od -c | head -n 1; sed -i 's/\r$//' dos; wc -c < dos; file=dos; grep -c $'\r' $file
#### tabs to spaces
printf 'a\tb\n' | expand -t 4; printf 'a   b\n' | unexpand -a -t 4 | od -c | head -n 1
#### extract urls and emails
echo 'see http://a.example/x?y=1, or mail bob@example.com and al.b@x.org.' > t; grep -oE 'https?://[^ ,]+' t; grep -oE '[[:alnum:]._]+@[[:alnum:].]+[[:alnum:]]' t
#### ip addresses sorted
printf '10.0.0.10\n10.0.0.9\n9.1.1.1\n' | sort -t. -k1,1n -k2,2n -k3,3n -k4,4n; printf '10.0.0.10\n10.0.0.9\n' | sort -V
#### multi-line match
printf 'a {\n x\n}\nb {\n y\n}\n' | sed -n '/^b {/,/^}/p'; printf 'one\\\ntwo\nthree\n' | sed -e ':a' -e '/\\$/{N' -e 's/\\\n//' -e 'ba' -e '}'
#### between quotes
echo 'key="some value" other="x"' | sed -E 's/.*key="([^"]*)".*/\1/'; echo 'key="some value" other="x"' | awk -F'"' '{ print $2 "|" $4 }'; echo 'a[b]c' | cut -d'[' -f2 | cut -d']' -f1
#### tr squeezes and complements
echo 'a   b    c' | tr -s ' '; echo 'a1b2c3' | tr -cd '0-9'; echo; echo 'hello' | tr 'a-y' 'b-z'; echo 'Hello 123' | tr -dc '[:alpha:]'; echo
#### split a file and put it back
seq 10 > f; split -l 4 f part-; ls part-*; wc -l < part-ac; cat part-* | cmp - f && echo same; csplit f 5 8 > /dev/null; wc -l xx00 xx01 xx02 | awk '{ print $1 }'
