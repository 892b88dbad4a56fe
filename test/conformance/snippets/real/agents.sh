#### a heredoc writes a program, sed patches it, grep checks it
mkdir -p src && cat > src/main.js <<'EOF'
export function add(a, b) {
  return a - b; // BUG
}
EOF
sed -i 's/return a - b; \/\/ BUG/return a + b;/' src/main.js && grep -n 'return' src/main.js && wc -l src/main.js
#### a range of a file with numbers
seq -f 'line %g' 30 > f; sed -n '10,12p' f; cat -n f | sed -n '29,30p'; awk 'NR >= 5 && NR <= 6 { printf "%d: %s\n", NR, $0 }' f; head -n 8 f | tail -n 1; nl -ba f | sed -n 3p
#### search a tree for a symbol
mkdir -p pkg/sub; echo 'def handler(x): pass' > pkg/a.py; echo 'from a import handler' > pkg/sub/b.py; echo 'nothing' > pkg/c.txt
grep -rn handler pkg | sort; grep -rln handler pkg --include='*.py' | sort; grep -rL handler pkg; grep -rnw def pkg; grep -rc handler pkg | sort
#### ripgrep and fd in their usual forms
mkdir -p s; printf 'one TODO\ntwo\n' > s/a.rs; printf 'todo lower\n' > s/b.txt; rg -n --no-heading --sort path -i todo s; rg -l TODO s; rg -c --sort path -i todo s; rg --files s | sort; rg none s; echo $?
#### what changed between two versions
printf 'a\nb\nc\nd\n' > old; printf 'a\nB\nc\nd\ne\n' > new; diff old new; diff -u old new | tail -n +3; diff --brief old new; diff old new | grep -c '^[<>]'
#### git log format munged
cat > log <<'E'
a1b2c3d|Ann|2024-01-02|fix: crash on start (#12)
e4f5a6b|Bob|2024-01-03|feat: add search (#15)
c7d8e9f|Ann|2024-01-04|docs: readme
E
awk -F'|' '{ print "- " $4 " (" substr($1, 1, 7) ")" }' log; cut -d'|' -f2 log | sort | uniq -c | sort -rn | awk '{ print $2, $1 }'; grep -oE '#[0-9]+' log | tr -d '#' | paste -sd,; sed -nE 's/^[^|]*\|[^|]*\|[^|]*\|(feat|fix): (.*)$/\1 => \2/p' log
#### branch names and tags
printf '  main\n* feature/x\n  fix-1\n' > b; sed -n 's/^\* //p' b; grep -v '^\*' b | tr -d ' '; printf 'v1.10.0\nv1.9.3\nv1.9.10\nv2.0.0-rc1\n' | sort -V | tail -n 1; printf 'v1.10.0\nv1.9.3\n' | sed 's/^v//' | sort -t. -k1,1n -k2,2n -k3,3n | tail -n 1
#### status lines sorted out
printf ' M src/a.js\n?? new.txt\nA  b.js\n D gone\n' > st; while IFS= read -r l; do x=${l:0:2} f=${l:3}; case $x in '??') echo "untracked $f" ;; ' M'|'M ') echo "modified $f" ;; 'A ') echo "added $f" ;; *) echo "other $f" ;; esac; done < st; awk '{ print $1 }' st | sort | uniq -c | awk '{ print $2 ":" $1 }' | paste -sd' '
#### a diff read by awk
cat > d.patch <<'E'
--- a/x.c
+++ b/x.c
@@ -1,3 +1,4 @@
 int a;
-int b;
+int c;
+int d;
 int e;
E
awk '/^\+\+\+ /{ f = substr($2, 3) } /^\+[^+]/{ p++ } /^-[^-]/{ m++ } END { print f, "+" p, "-" m }' d.patch; grep -c '^@@' d.patch; sed -n 's/^@@ -\([0-9]*\),\([0-9]*\) +\([0-9]*\),\([0-9]*\) @@.*/\1 \2 \3 \4/p' d.patch
#### test reports summed up
cat > out.txt <<'E'
ok 1 - adds
not ok 2 - divides
ok 3 - # SKIP slow
1..3
E
awk '/^not ok/ { f++ } /^ok/ { if (/# SKIP/) s++; else p++ } END { printf "%d passed, %d failed, %d skipped\n", p, f, s; exit f > 0 }' out.txt; echo $?
#### the loop over files with results
mkdir t; echo 'exit 0' > t/a.sh; echo 'exit 3' > t/b.sh; echo 'echo out; exit 0' > t/c.sh; pass=0 fail=0; for f in t/*.sh; do if sh "$f" > "$f.log" 2>&1; then pass=$((pass+1)); else code=$?; fail=$((fail+1)); echo "FAIL $f ($code)"; fi; done; echo "$pass passed, $fail failed"; cat t/c.sh.log
#### todo comments listed
mkdir s; printf 'x\n// TODO: one\ny // FIXME two\n' > s/a.js; printf '# TODO three\n' > s/b.py; grep -rnE '(TODO|FIXME)' s | sed -E 's/^([^:]+):([0-9]+):.*(TODO|FIXME):? */\1:\2 [\3] /' | sort
#### imports counted
printf 'import a from "a"\nimport {b} from "b"\n' > 1.js; printf 'const a = require("a")\n' > 2.js; grep -hoE '(from|require\() ?"[^"]+"' *.js | grep -oE '"[^"]+"' | tr -d '"' | sort | uniq -c | sort -k1,1rn -k2 | awk '{ print $1, $2 }'
#### a file made line by line
{ echo '#!/bin/sh'; echo 'set -e'; printf 'echo "%s"\n' one two; } > gen.sh; chmod +x gen.sh; ./gen.sh; printf '%s\n' 'a b' 'c' > list; while read -r x y; do echo "x=$x y=${y:-none}"; done < list; tee -a list <<< tail > /dev/null; cat list
#### paths made relative and unique
printf '/usr/lib:/usr/bin::/usr/lib:/opt' > p; tr ':' '\n' < p | awk 'NF && !s[$0]++' | paste -sd:; P=$(cat p); add() { case ":$P:" in *":$1:"*) ;; *) P=$1:$P ;; esac; }; add /opt; add /new; echo "$P" | cut -d: -f1
#### which and type
type cd | head -n 1; command -v ls > /dev/null && echo found; command -v nothing-here || echo missing; f() { :; }; type -t f cd if ls; which sh > /dev/null; echo $?; hash -r
#### environment listed and filtered
export APP_A=1 APP_B='two words'; env | grep '^APP_' | sort; printenv APP_B; for v in "${!APP_@}"; do echo "$v=${!v}"; done; export -n APP_A; env | grep -c '^APP_'; (export APP_C=3; env | grep -c ^APP_)
#### a big here-document of many kinds of quotes
cat <<'EOF' > q.txt
'single' "double" `back` $var \n \\ $(cmd) ${x} * ? [a] ~ & | ; < > ( ) { } # !
EOF
cat q.txt; wc -c < q.txt; x=$(cat q.txt); [ "$x" = "$(cat q.txt)" ] && echo same; printf '%s\n' "$x" | tr -cd "'\"\`" | wc -c
#### sed scripts from a file
printf 's/a/b/\n/x/d\n$a\\\nend\n' > s.sed; printf 'aa\nx\ncc\n' | sed -f s.sed; printf '1\n2\n3\n' | sed -n -e '$=' -e '2{p;q}'; echo abc | sed 'y/abc/xyz/;s/y/&&/2;s/z$/!/'; printf 'k: v\n' | sed -E 's/(\w+): (\w+)/\2=\1/'
#### awk programs in files with functions
cat > r.awk <<'E'
function max(a, b) { return a > b ? a : b }
BEGIN { FS = ":"; OFS = "\t" }
$3 >= 1000 { n++; m = max(m, $3); names = names (names ? "," : "") $1 }
END { print n, m, names; printf "%-5s|%5.1f|%c|%x\n", "ab", 2.25, 65, 255 }
E
printf 'root:x:0\nann:x:1000\nbob:x:1001\n' | awk -f r.awk; awk 'BEGIN { while ((getline l < "r.awk") > 0) n++; print n; s = "a-b-c"; k = split(s, p, "-"); print k, p[3], index(s, "b"), match(s, /b.c/), RSTART, RLENGTH, toupper(s), substr(s, 3, 1), length(s); gsub(/-/, "+", s); print s; "echo sub" | getline x; print x; print "b\na" | "sort"; close("sort") }'
#### a report with totals
cat > sales <<'E'
north 100 jan
south 200 jan
north 150 feb
E
awk '{ t[$1] += $2; m[$3] += $2; g += $2 } END { for (r in t) printf "%-8s%6d %5.1f%%\n", r, t[r], 100 * t[r] / g | "sort"; close("sort"); printf "%-8s%6d\n", "total", g }' sales
#### a countdown and a progress line
for i in 3 2 1; do printf '%d...' $i; done; echo go; for p in 0 50 100; do printf '\r[%-10s] %3d%%' "$(printf '#%.0s' $(seq 1 $((p / 10))))" $p; done | tr '\r' '\n'; echo
#### ports and hosts parsed
printf '127.0.0.1 localhost\n# x\n10.0.0.5\tdb db.local\n' > hosts; awk '!/^#/ { for (i = 2; i <= NF; i++) print $i, $1 }' hosts | sort; printf 'tcp 0 0 0.0.0.0:8080 LISTEN\ntcp 0 0 :::22 LISTEN\n' | awk '{ n = split($4, a, ":"); print a[n] }' | sort -n
#### docker ps like columns
printf 'ID     NAME       STATUS\nabc1   web-1      Up 2 hours\ndef2   db         Exited (0)\n' > ps.txt; awk 'NR > 1 && /Up/ { print $2 }' ps.txt; awk 'NR > 1 { print substr($0, 19) }' ps.txt; tail -n +2 ps.txt | tr -s ' ' | cut -d' ' -f1 | paste -sd' '
#### a Makefile-like freshness check
echo src > in; touch -d '2024-01-01' in; build() { if [ ! -e out ] || [ in -nt out ]; then tr a-z A-Z < in > out; echo built; else echo fresh; fi; }; build; build; touch -d '2030-01-01' in; build; cat out
#### version gates
ge() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }; ge 1.10.0 1.9.0 && echo newer; ge 1.2 1.10 || echo older; ge 2.0 2.0 && echo equal; v='tool version 3.14.159 (build 9)'; [[ $v =~ ([0-9]+)\.([0-9]+)\.([0-9]+) ]] && echo "${BASH_REMATCH[2]}"
#### a file's encoding checked
printf 'h\xc3\xa9llo\n' > u; wc -c -m < u | tr -s ' '; printf 'héllo' | tr -d '\n' | wc -m; s=héllo; echo ${#s} ${s:1:1} ${s^^}; printf '\xef\xbb\xbfx\n' > bom; head -c 3 bom | od -An -tx1; sed -i '1s/^\xef\xbb\xbf//' bom; cat bom; grep -c 'é' u
#### long lines and odd names
printf 'x%.0s' $(seq 5000) | wc -c; touch $'new\nline' 'quo"te' "sq'" '$dollar' '*star'; ls | wc -l; for f in *; do printf '%q\n' "$f"; done; rm ./*; ls -A | wc -l
#### a small state machine
state=idle; for ev in start pause resume stop stop; do case $state:$ev in idle:start) state=running ;; running:pause) state=paused ;; paused:resume) state=running ;; running:stop) state=idle ;; *) echo "ignored $ev in $state" ;; esac; echo "$ev -> $state"; done
#### events counted per key with a window
printf '1 a\n2 a\n3 b\n9 a\n10 a\n' | awk '{ while (h[$2] < t[$2] && q[$2, h[$2]] <= $1 - 5) h[$2]++; q[$2, t[$2]++] = $1; n = t[$2] - h[$2]; if (n >= 2) print $2, $1, n }'
#### queue of commands run in order with a log
cat > tasks <<'E'
echo first
false
echo "third with spaces"
E
n=0; while IFS= read -r c; do n=$((n+1)); if out=$(eval "$c" 2>&1); then echo "[$n] ok: $out"; else echo "[$n] failed ($?)"; fi; done < tasks
#### substitution depth
echo "$(echo "a $(echo "b $(echo c)")")"; echo `echo \`echo x\``; x=$(printf 'a\n\n\n'); echo "[$x]"; echo "$(cat <<E
in heredoc $(echo sub)
E
)"; a=$(exit 3); echo $?; local_test() { local v=$(exit 4); echo $?; }; local_test
#### conditions of files
touch f; mkdir d; ln -s f l; echo x > s; for t in -e -f -d -L -s -r -x; do for p in f d l s none; do [ $t $p ] && printf '%s' "$p"; printf '%s' ' '; done; echo; done
#### tags found as they stand
printf '<div>\ndiv\na<b>c\nx->y\n' > t; grep '<div' t; grep -c '<b>' t; grep -F '<' t; grep -- '->' t; grep -E '<(b|div)>' t; grep '\<div\>' t; grep -v '[<>]' t; grep -o '<[^>]*>' t
