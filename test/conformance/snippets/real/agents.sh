#### search a tree for a symbol
mkdir -p pkg/sub; echo 'def handler(x): pass' > pkg/a.py; echo 'from a import handler' > pkg/sub/b.py; echo 'nothing' > pkg/c.txt
grep -rn handler pkg | sort; grep -rln handler pkg --include='*.py' | sort; grep -rL handler pkg; grep -rnw def pkg; grep -rc handler pkg | sort
#### the loop over files with results
mkdir t; echo 'exit 0' > t/a.sh; echo 'exit 3' > t/b.sh; echo 'echo out; exit 0' > t/c.sh; pass=0 fail=0; for f in t/*.sh; do if sh "$f" > "$f.log" 2>&1; then pass=$((pass+1)); else code=$?; fail=$((fail+1)); echo "FAIL $f ($code)"; fi; done; echo "$pass passed, $fail failed"; cat t/c.sh.log
#### a file made line by line
{ echo '#!/bin/sh'; echo 'set -e'; printf 'echo "%s"\n' one two; } > gen.sh; chmod +x gen.sh; ./gen.sh; printf '%s\n' 'a b' 'c' > list; while read -r x y; do echo "x=$x y=${y:-none}"; done < list; tee -a list <<< tail > /dev/null; cat list
#### a big here-document of many kinds of quotes
cat <<'EOF' > q.txt
'single' "double" `back` $var \n \\ $(cmd) ${x} * ? [a] ~ & | ; < > ( ) { } # !
EOF
cat q.txt; wc -c < q.txt; x=$(cat q.txt); [ "$x" = "$(cat q.txt)" ] && echo same; printf '%s\n' "$x" | tr -cd "'\"\`" | wc -c
#### a countdown and a progress line
for i in 3 2 1; do printf '%d...' $i; done; echo go; for p in 0 50 100; do printf '\r[%-10s] %3d%%' "$(printf '#%.0s' $(seq 1 $((p / 10))))" $p; done | tr '\r' '\n'; echo
#### a Makefile-like freshness check
echo src > in; touch -d '2024-01-01' in; build() { if [ ! -e out ] || [ in -nt out ]; then tr a-z A-Z < in > out; echo built; else echo fresh; fi; }; build; build; touch -d '2030-01-01' in; build; cat out
#### version gates
ge() { [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }; ge 1.10.0 1.9.0 && echo newer; ge 1.2 1.10 || echo older; ge 2.0 2.0 && echo equal; v='tool version 3.14.159 (build 9)'; [[ $v =~ ([0-9]+)\.([0-9]+)\.([0-9]+) ]] && echo "${BASH_REMATCH[2]}"
#### long lines and odd names
printf 'x%.0s' $(seq 5000) | wc -c; touch $'new\nline' 'quo"te' "sq'" '$dollar' '*star'; ls | wc -l; for f in *; do printf '%q\n' "$f"; done; rm ./*; ls -A | wc -l
#### a small state machine
state=idle; for ev in start pause resume stop stop; do case $state:$ev in idle:start) state=running ;; running:pause) state=paused ;; paused:resume) state=running ;; running:stop) state=idle ;; *) echo "ignored $ev in $state" ;; esac; echo "$ev -> $state"; done
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
