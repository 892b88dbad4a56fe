#### parallel jobs with a limit
job() { sleep 0.0$1; echo "$1" >> done.txt; }; max=2; for i in 1 2 3 4 5; do job $i & while (( $(jobs -rp | wc -l) >= max )); do wait -n; done; done; wait; sort done.txt | paste -sd' '
#### collect codes of background jobs
declare -A name; for c in 0 3 0 1; do (exit $c) & name[$!]=$c; done; bad=0; for p in "${!name[@]}"; do wait "$p" || bad=$((bad + 1)); done; echo "failed: $bad"
#### results in order through files
d=$(mktemp -d); for i in 3 1 2; do { sleep 0.0$i; echo "result $i"; } > "$d/$i" & done; wait; cat "$d"/*; rm -r "$d"
#### a worker pool through a fifo
mkfifo q; exec 3<>q; for i in 1 2; do echo >&3; done; for t in a b c d; do read -r -u 3; { echo "task $t" >> out; echo >&3; } & done; wait; exec 3>&-; sort out
#### a co-process as a calculator
coproc CALC { while read -r a b; do echo $((a + b)); done; }; echo 2 3 >&"${CALC[1]}"; read -r r <&"${CALC[0]}"; echo "$r"; echo 10 20 >&"${CALC[1]}"; read -r r <&"${CALC[0]}"; echo "$r"; eval "exec ${CALC[1]}>&-"; wait; echo ended
#### process substitution
diff <(printf 'a\nb\n') <(printf 'a\nc\n'); echo $?; paste <(seq 3) <(seq 4 6); while read -r a; do s=$((s + a)); done < <(seq 10); echo $s; cat <(echo x) - <<< y
#### stderr and stdout swapped, merged, dropped
f() { echo out; echo err >&2; }; f 2>/dev/null; f 2>&1 >/dev/null; f 3>&1 1>&2 2>&3 3>&- 2>/dev/null | cat; { f 2>&1 1>&3 | sed 's/^/E:/'; } 3>&1; f &> both; sort both; f > o 2> e; cat e o
#### yes and head: the pipe closes
yes | head -n 3; yes n | head -c 6; seq 1000000 | head -n 1; echo "${PIPESTATUS[*]}"; (set -o pipefail; cat /dev/zero | head -c 10 | wc -c; echo $?)
#### descriptors of one's own
exec 3> f 4>&1; echo to-f >&3; echo to-out >&4; exec 3>&- 4>&-; cat f; exec 5< f; read -r x <&5; echo "$x"; exec 5<&-; echo hi 2>/dev/null >&5 || echo closed; exec {fd}> g; echo auto >&$fd; exec {fd}>&-; cat g
#### here-strings and here-documents together
cat <<A - <<< x
A
cat <<-E
	tabs gone
	  $((1+1)) spaces kept
	E
cat <<'Q'
$raw `no` \n
Q
while read -r a b; do echo "$b $a"; done <<E
1 2
3 4
E
#### loop output into a pipe, variables lost and kept
n=0; printf '1\n2\n' | while read -r x; do n=$((n+x)); done; echo $n; shopt -s lastpipe; printf '1\n2\n' | while read -r x; do n=$((n+x)); done; echo $n; { read -r a; read -r b; } <<< $'p\nq'; echo "$a$b"
#### wait for a file
(sleep 0.05; touch ready) & for i in {1..100}; do [ -e ready ] && break; sleep 0.02; done; [ -e ready ] && echo seen; wait
#### kill a group of children
(trap 'echo cleanup; exit 0' TERM; sleep 5 & wait) & p=$!; sleep 0.2; kill -TERM $p; wait $p; echo "code $?"
#### timeouts of read
read -t 0.1 x < <(sleep 2); echo "$(( $? > 128 ))"; echo data | { read -t 5 x; echo "$x"; }; read -n 3 x <<< abcdef; echo "$x"; read -d ';' x <<< 'a b;c'; echo "$x"; IFS= read -r -N 4 x <<< $'a\nbc'; printf '%q\n' "$x"
#### read with prompt data and defaults
read -r a b c <<< 'one two three four'; echo "$c"; read -r line < /dev/null; echo "code $? [$line]"; printf 'no newline' | { read -r x; echo "$? $x"; }; printf 'no newline' | while read -r x || [ -n "$x" ]; do echo "<$x>"; done
#### subshells and environment
x=1; (x=2; cd /; echo $x); echo $x; export Y=5; sh -c 'echo $Y'; Y=6 sh -c 'echo $Y'; echo $Y; env -i A=1 sh -c 'echo $A ${Y-none}'; env -u Y sh -c 'echo ${Y-unset}'; (unset Y; echo ${Y-gone})
#### nohup, disown, nice
nohup sh -c 'echo from nohup' 2>/dev/null; nice -n 5 echo niced; sleep 0.01 & disown; wait; time true 2>/dev/null; echo "$?"
#### pipelines by chunks
seq 12 | xargs -n 4 | while read -r -a row; do echo "${row[1]}-${row[3]}"; done; seq 9 | split -l 3 - c_; for f in c_*; do paste -sd+ $f | bc; done
#### a producer faster than its consumer
seq 1 20000 | while read -r n; do (( n % 5000 == 0 )) && echo $n; done; seq 100000 | tac | head -n 1; seq 1 100000 | sort -rn | sed -n 2p
#### comm, sort and uniq chains
printf 'b\na\nc\na\n' | sort | uniq -d; printf 'b\na\nc\na\n' | sort | uniq -u | paste -sd,; printf 'x 3\ny 1\nz 2\n' | sort -k2,2nr | head -n 1 | cut -d' ' -f1; printf '1.10\n1.9\n1.2\n' | sort -V | paste -sd' '; printf '10K\n2M\n3\n' | sort -h | paste -sd' '
#### signals and traps in loops
trap 'echo usr1' USR1; kill -USR1 $$; for i in 1 2; do kill -USR1 $$; done; trap - USR1; trap -p USR1; trap 'echo bye' EXIT; trap
#### many small files through one pipe
mkdir m; for i in $(seq 50); do echo $i > m/$i; done; cat m/* | paste -sd+ | bc; ls m | sort -n | tail -n 1; cat m/{1..5} | tr '\n' ' '; echo
