Scripts recorded with the host's gawk.

#### fields, NF and NR
printf 'a b c\nd  e\n\n  f\n' | awk '{ print NR, NF, $1, $NF }'
#### a character as field separator
printf 'root:x:0\nbin:x:1\n' | awk -F: '{ print $1 "=" $3 }'
#### a tab as field separator keeps empty fields
printf 'a\t\tb\n' | awk -F'\t' '{ print NF, $3 }'
printf 'a\t\tb\n' | awk -Ft '{ print NF }'
#### a regular expression as field separator
printf 'a, b;c ,d\n' | awk -F' *[,;] *' '{ print $1 "|" $2 "|" $3 "|" $4 }'
#### setting a field rebuilds the record
printf 'a b c\n' | awk '{ $2 = "X"; print; print NF; $5 = "e"; print; print NF }' 
printf 'a b c d\n' | awk -v OFS=- '{ NF = 2; print; $1 = $1; print }'
#### BEGIN, END and patterns
printf '1\n2\n3\n4\n' | awk 'BEGIN { print "start" } $1 % 2 == 0 { n++ } END { print n, "even" }'
#### a range of records
printf 'a\nstart\nb\nend\nc\nstart\nd\n' | awk '/start/,/end/'
#### next and exit with a code
printf '1\n2\n3\n' | awk '$1 == 2 { next } { print } $1 == 3 { exit 4 } END { print "end" }'; echo $?
#### sums and averages
printf 'x 3\ny 4.5\nz 7\n' | awk '{ s += $2 } END { print s, s / NR; printf "%.2f\n", s / NR }'
#### word count with an array
printf 'the cat the dog\nthe end\n' | awk '{ for (i = 1; i <= NF; i++) n[$i]++ } END { for (w in n) print w, n[w] }' | sort
#### unique lines
printf 'a\nb\na\nc\nb\n' | awk '!seen[$0]++'
#### join of two files
printf '1 one\n2 two\n' > names; printf '2 b\n1 a\n3 c\n' > data
awk 'NR == FNR { name[$1] = $2; next } $1 in name { print name[$1], $2 } !($1 in name) { print "?", $2 }' names data
#### several keys and SUBSEP
awk 'BEGIN { a[1, 2] = 3; for (k in a) { split(k, p, SUBSEP); print p[1], p[2], a[k] } if ((1, 2) in a) print "in" }'
#### delete an element and an array
awk 'BEGIN { a[1]; a[2]; delete a[1]; print length(a); delete a; print length(a) }'
#### numbers and how they are written
awk 'BEGIN { print 1e6, 1e300 * 10, 0.1 + 0.2, 1/3, 100000 * 100000, 2^31, 2**10, -7 % 3, 1e-5; OFMT = "%.2f"; print 3.14159, 17; x = 3.14159 ""; print x }'
#### comparisons of numbers and strings
echo '10 9 abc 1e1' | awk '{ print ($1 > $2), ($1 "" > $2 ""), ($3 > $1), ($1 == $4), ("10" == 10), (10 == "10.0") }'
#### unset variables
awk 'BEGIN { print x + 0, "[" x "]", length(x), (x == 0), (x == "") }'
#### string functions
awk 'BEGIN { s = "hello world"; print length(s), substr(s, 7), substr(s, 0, 3), substr(s, -1, 3), substr(s, 9, 99), index(s, "o w"), toupper(s), tolower("ABC") }'
#### sub and gsub
awk 'BEGIN { s = "aaa bbb"; n = gsub(/a/, "<&>", s); print n, s; sub(/b+/, "\\&", s); print s; t = "foo"; gsub(/x*/, "-", t); print t }'
#### gsub on the record and its fields
echo 'one two one' | awk '{ print gsub(/one/, "1"); print; sub(/two/, "2", $2); print $0, NF }'
#### match, RSTART and RLENGTH
awk 'BEGIN { if (match("foobar42", /[0-9]+/)) print RSTART, RLENGTH; print match("x", /y/), RSTART, RLENGTH }'
#### match with groups
awk 'BEGIN { if (match("key = value", /([a-z]+) *= *([a-z]+)/, m)) print m[1], m[2], m[0], m[1, "start"], m[2, "length"] }'
#### split
awk 'BEGIN { n = split("a:b:c", p, ":"); print n, p[1], p[3]; n = split("  x  y ", q); print n, q[1]; n = split("abc", r, ""); print n, r[2]; print split("", e), length(e) }'
#### split with a regular expression and the separators
awk 'BEGIN { n = split("a1b22c", p, /[0-9]+/, s); print n, p[2], p[3], s[1], s[2] }'
#### gensub
awk 'BEGIN { print gensub(/(.)(.)/, "\\2\\1", "g", "abcd"); print gensub(/a/, "x", 2, "aaa"); print gensub(/b/, "[&]", 1, "abc") }'
#### sprintf and printf
awk 'BEGIN { printf "%5d|%-5d|%05d|%+d|%x|%X|%o|%c|%c|%s|%10.3s|%e|%g|%%\n", 42, 42, 42, 42, 255, 255, 8, 65, "hello", "str", "abcdef", 12345.678, 0.0001 }'
awk 'BEGIN { printf "%*d|%-*s|%.*f\n", 6, 42, 6, "ab", 2, 3.14159; printf "%i %5.1f%%\n", 3.9, 45.678; printf "%d %d\n", "0x1A", -3.9 }'
#### functions, recursion and arrays by reference
awk 'function fact(n) { return n <= 1 ? 1 : n * fact(n - 1) } function fill(a, n,  i) { for (i = 1; i <= n; i++) a[i] = i * i } BEGIN { print fact(10); fill(sq, 4); print sq[1], sq[4], length(sq) }'
#### loops
awk 'BEGIN { for (i = 0; i < 5; i++) { if (i == 1) continue; if (i == 4) break; print i } while (j < 2) print "w" j++; do { k++ } while (k < 3); print k }'
#### getline from a file and from a command
printf 'x\ny\n' > f
awk 'BEGIN { while ((getline line < "f") > 0) print "got", line; close("f"); "echo cmd out" | getline v; print v; while (("printf \"1\\n2\\n\"" | getline) > 0) n += $1; print n, NR; print (getline z < "missing") }'
#### getline from the main input
printf '1\n2\n3\n4\n' | awk '{ getline nextline; print $0, nextline, NR }'
#### output to files, pipes and appending
awk 'BEGIN { print "b" > "out"; print "a" > "out"; close("out"); print "c" >> "out"; print "z" | "sort"; print "y" | "sort"; close("sort"); while ((getline l < "out") > 0) print l }'
#### system and its status
awk 'BEGIN { print "before"; r = system("echo inside; exit 3"); print r }'
#### ENVIRON, ARGV and -v
FOO=bar awk -v x='a\tb' 'BEGIN { print ENVIRON["FOO"], x, ARGC, ARGV[1], ARGV[2] }' one two
#### assignments between files
printf '1\n' > f; awk '{ print v, $1 }' v=1 f v=2 f
#### a program from a file, with comments and continued lines
printf '# comment\nBEGIN { x = 1 + \\\n 2; print x }\nfunction f(a) {\n  return a * 2  # twice\n}\nEND { print f(NR) }\n' > p.awk
printf 'a\nb\n' | awk -f p.awk
#### paragraphs as records
printf 'a b\nc\n\n\nd\ne f\n' | awk -v RS= '{ print NR ": " $1 "-" $NF " " NF }' 
printf 'a b\nc\n\nd\n' | awk 'BEGIN { RS = ""; FS = "\n" } { print $1 "|" $2 }'
#### a regular expression as record separator
printf 'a1b22c\n' | awk -v RS='[0-9]+' '{ print NR, $0, RT }'
#### one character as record separator
printf 'a;b;c' | awk -v RS=';' '{ print NR ":" $0 }'
#### ORS and OFS
printf 'a b\nc d\n' | awk 'BEGIN { OFS = "-"; ORS = ";" } { print $1, $2 }'; echo
#### regular expressions
printf 'foo\nbar12\na.b\naab\n' | awk '/^[a-z]+[0-9]{2}$/ { print "1", $0 } /a\.b/ { print "2", $0 } $0 ~ "^f" { print "3", $0 } $0 !~ /o|r/ { print "4", $0 }'
#### the longest match wins
awk 'BEGIN { s = "abcd"; sub(/a|ab|abc/, "X", s); print s }'
#### word edges and classes of gawk
awk 'BEGIN { s = "the cat concat"; gsub(/\<cat\>/, "dog", s); print s; gsub(/\ycon/, "_", s); print s; print match("a  b", /\s+/), match("foo_1 x", /\W/) }'
#### sorted arrays
awk 'BEGIN { split("pear apple fig", a); n = asort(a); for (i = 1; i <= n; i++) printf "%s ", a[i]; print ""; b["z"] = 1; b["y"] = 2; n = asorti(b, c); print n, c[1], c[2] }'
#### PROCINFO sorted_in
awk 'BEGIN { a[10] = "x"; a[9] = "z"; a[1] = "y"; PROCINFO["sorted_in"] = "@ind_num_asc"; for (k in a) printf "%s ", k; PROCINFO["sorted_in"] = "@val_str_desc"; for (k in a) printf "%s ", k; print "" }'
awk 'function by(i1, v1, i2, v2) { return v2 - v1 } BEGIN { a["a"] = 1; a["b"] = 3; a["c"] = 2; PROCINFO["sorted_in"] = "by"; for (k in a) printf "%s ", k; print "" }'
#### times
TZ=UTC awk 'BEGIN { print strftime("%Y-%m-%d %H:%M:%S %j %a %b %U %V", 86400 * 365); print mktime("2024 02 29 12 30 00"); print strftime("%F %T", 1e9, 1) }'
#### bits and strtonum
awk 'BEGIN { print and(12, 10), or(12, 10), xor(12, 10), lshift(1, 4), rshift(256, 4), strtonum("0x1F"), strtonum("017"), strtonum("12abc") }'
#### arrays of arrays
awk 'BEGIN { a["x"]["y"] = 1; a["x"]["z"] = 2; for (k in a["x"]) n += a["x"][k]; print n, length(a["x"]), isarray(a["x"]), isarray(n) }'
#### switch
awk 'BEGIN { for (i = 0; i < 4; i++) switch (i) { case 1: print "one"; break; case /2|3/: print "re"; break; default: print "other" } }'
#### typeof
awk 'BEGIN { a[1]; print typeof(a), typeof(1), typeof("x"), typeof(u) }'
#### ternary, in, logic and assignment operators
awk 'BEGIN { x = 5; x += 2; x *= 3; x -= 1; x /= 4; x ^= 2; x %= 7; print x; print (1 in a) ? "y" : "n", !x, 1 && 0, 0 || 2; print 1 == 1.0, "a" < "b", -3 " " -4 }'
#### concatenation and precedence
awk 'BEGIN { print 1 " " 2 + 3, 2 * 3 "x", 1 - 1 "", -2 ^ 2, !0 + 1, 1 < 2 ? "lt" : "ge"; i = 5; print i++ + ++i, i--, i; $0 = "a b c"; n = 2; print $n++, n, $(n), $NF }'
#### print with parentheses and redirection
awk 'BEGIN { print("a", "b") > "/dev/stdout"; print (1 > 2) ? "yes" : "no"; print "x" "y" > "/dev/stderr" }' 2>/dev/null
#### UTF-8 characters
printf 'äöü\n' | awk '{ print length($0), substr($0, 2, 1), toupper($0), index($0, "ü"); printf "%5s|%c|%c\n", $0, $0, 228 }'
#### CSV-like fields by FPAT
echo 'a,"b,c",d' | awk -v FPAT='([^,]*)|("[^"]+")' '{ print NF; print $2 }'
#### fixed widths
echo 'abcdefgh' | awk -v FIELDWIDTHS='2 3 1' '{ print $1, $2, $3, NF }'
#### IGNORECASE
printf 'Hello\nworld\n' | awk -v IGNORECASE=1 '/hello/ { print "found", $0 }'
#### nextfile and FILENAME
printf '1\n2\n' > f; printf '3\n4\n' > g; awk 'FNR == 2 { nextfile } { print FILENAME, $0 }' f g
awk 'BEGINFILE { print "begin", FILENAME } ENDFILE { print "end", FNR }' f g
#### the standard log analysis
printf '10.0.0.1 GET /a 200 120\n10.0.0.2 GET /b 404 30\n10.0.0.1 POST /a 200 50\n' > log
awk '{ hits[$1]++; bytes[$1] += $5; code[$4]++ } END { for (h in hits) printf "%-10s %3d %6d\n", h, hits[h], bytes[h]; for (c in code) print c, code[c] }' log | sort
#### transpose
printf '1 2 3\n4 5 6\n' | awk '{ for (i = 1; i <= NF; i++) a[NR, i] = $i } END { for (i = 1; i <= NF; i++) { r = a[1, i]; for (j = 2; j <= NR; j++) r = r " " a[j, i]; print r } }'
#### last line, line lengths, reversed lines
printf 'one\nthree\ntwo\n' | awk '{ l[NR] = $0 } length > m { m = length; s = $0 } END { print $0, s; for (i = NR; i; i--) print l[i] }'
#### columns with printf
printf 'a 1\nbbb 22\n' | awk '{ printf "%-6s%4d\n", $1, $2 }'
#### a pattern without an action, an action on all
printf 'a\nb\n' | awk 1; printf 'a\nb\n' | awk 'NR == 2'; printf 'a\n' | awk '"x"'; printf 'a\n' | awk ''; printf 'a\n' | awk 0
#### an error of syntax
awk 'BEGIN { print ( }'; echo $?
awk '{ if }' /dev/null; echo $?
#### division by zero
awk 'BEGIN { print 1; x = 0; print 1 / x; print 2 }'; echo $?
#### a missing file and a directory
printf 'x\n' > f; mkdir d; awk '{ print }' d f; echo $?; awk '{ print }' missing f; echo $?
#### a wrong regular expression
awk 'BEGIN { r = "("; if ("x" ~ r) print "y" }'; echo $?
#### scalars and arrays are not mixed up
awk 'BEGIN { a[1] = 1; a = 2 }'; echo $?
#### endless recursion ends with a message
awk 'function f(n) { return n > 50000 ? n : f(n + 1) } BEGIN { print f(1) }'
#### a closed pipe ends awk silently
awk 'BEGIN { for (;;) print "y" }' | head -n 2
#### deep recursion in expressions
awk 'BEGIN { x = ((((((((((1)))))))))); print x; s = ""; for (i = 0; i < 1000; i++) s = s "x"; print length(s) }'
#### uninitialized values in output, long lines and many fields
awk 'BEGIN { for (i = 1; i <= 1000; i++) $i = i; print NF, $1000, length($0) }'
#### printf reuses nothing and complains of too few arguments
awk 'BEGIN { printf "%s %s\n", "only" }'; echo $?
#### close gives the status of a command
awk 'BEGIN { print "x" | "cat; exit 3"; print close("cat; exit 3"); print close("never") }'
#### srand gives the seed before
awk 'BEGIN { srand(7); a = rand(); srand(7); b = rand(); print (a == b), srand(1), (a >= 0 && a < 1) }'
#### indirect calls
awk 'function sq(x) { return x * x } BEGIN { f = "sq"; print @f(5) }'
#### files in place
printf 'a b\nc d\n' > f; cp f g; awk -i inplace '{ print $2, $1 }' f; cat f; awk -i inplace -v inplace::suffix=.bak '{ print FNR ": " $0 }' f g; cat f g f.bak; awk -i inplace 'FNR == 1 { exit } 1' f; cat f; awk -i inplace 'END { print "end" } 1' g; cat g
#### a file that is included
echo 'function f(x) { return x * 2 }' > lib.awk; awk -i ./lib.awk 'BEGIN { print f(21) }'
