#### top client addresses of an access log
cat > access.log <<'E'
10.0.0.1 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 512
10.0.0.2 - - [10/Oct/2023:13:55:37 +0000] "GET /a HTTP/1.1" 404 20
10.0.0.1 - - [10/Oct/2023:13:56:01 +0000] "POST /login HTTP/1.1" 302 0
10.0.0.3 - - [10/Oct/2023:13:57:00 +0000] "GET /b HTTP/1.1" 500 99
10.0.0.1 - - [10/Oct/2023:13:58:36 +0000] "GET /c HTTP/1.1" 200 1024
E
cut -d' ' -f1 access.log | sort | uniq -c | sort -rn | head -n 2
#### bytes by status with awk
cat > access.log <<'E'
10.0.0.1 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 512
10.0.0.2 - - [10/Oct/2023:13:55:37 +0000] "GET /a HTTP/1.1" 404 20
10.0.0.3 - - [10/Oct/2023:13:57:00 +0000] "GET /b HTTP/1.1" 500 99
10.0.0.1 - - [10/Oct/2023:13:58:36 +0000] "GET /c HTTP/1.1" 200 1024
E
awk '{ n[$9]++; b[$9] += $10 } END { for (s in n) printf "%s %d %d\n", s, n[s], b[s] }' access.log | sort
#### errors around a match
seq 1 20 | sed 's/^/line /' > app.log
sed -i '10s/$/ ERROR disk full/' app.log
grep -n -B2 -A1 ERROR app.log
#### requests per minute
printf '%s\n' '12:00:01 a' '12:00:59 b' '12:01:10 c' '12:03:00 d' > t.log
cut -c1-5 t.log | uniq -c | awk '{print $2" "$1}'
#### slowest requests
cat > slow.log <<'E'
GET /a 120ms
GET /b 35ms
POST /c 1200ms
GET /d 9ms
E
sort -k3 -t' ' -rn slow.log | head -n 2; awk '{ sub(/ms$/, "", $3); if ($3+0 > max) { max = $3; who = $2 } s += $3 } END { print who, max, s / NR }' slow.log
#### levels counted in bash alone
cat > app.log <<'E'
2024-01-01 INFO start
2024-01-01 WARN low memory
2024-01-01 ERROR failed
2024-01-02 INFO retry
2024-01-02 ERROR failed again
E
declare -A count
while read -r _ level _; do (( count[$level]++ )) || true; done < app.log
for level in ERROR INFO WARN; do printf '%-6s %d\n' "$level" "${count[$level]}"; done
#### first and last occurrence
printf '%s\n' 'a 1' 'b 2' 'a 3' 'c 4' 'b 5' > l
awk '!($1 in first) { first[$1] = NR; order[++n] = $1 } { last[$1] = NR } END { for (i = 1; i <= n; i++) print order[i], first[order[i]], last[order[i]] }' l
#### stack traces joined to one line
cat > trace.log <<'E'
Error: boom
    at f (a.js:1)
    at g (b.js:2)
Info: fine
Error: again
    at h (c.js:3)
E
awk '/^[^ ]/ { if (buf) print buf; buf = $0; next } { sub(/^ +/, " | "); buf = buf $0 } END { print buf }' trace.log
#### lines between two markers
printf '%s\n' head BEGIN one two END tail BEGIN three END > f
sed -n '/BEGIN/,/END/p' f | grep -v -e BEGIN -e END
awk '/BEGIN/{p=1;next} /END/{p=0} p' f
#### unique users from key=value logs
cat > kv.log <<'E'
ts=1 user=bob action=login
ts=2 user=alice action=view item=3
ts=3 user=bob action=logout
E
grep -o 'user=[a-z]*' kv.log | cut -d= -f2 | sort -u | paste -sd,
sed -n 's/.*user=\([^ ]*\).*action=\([^ ]*\).*/\1 did \2/p' kv.log
#### percentiles
seq 1 100 | shuf --random-source=<(yes) > times
sort -n times | awk '{ v[NR] = $1 } END { print "p50", v[int(NR*.5)], "p90", v[int(NR*.9)], "p99", v[int(NR*.99)] }'
#### histogram of stars
printf '%s\n' a b a c a b > x
sort x | uniq -c | while read -r n k; do printf '%s %s\n' "$k" "$(printf '*%.0s' $(seq "$n"))"; done
#### count of matches in many files
mkdir -p logs; for i in 1 2 3; do seq $((i * 4)) | sed 's/[24]/ERROR &/' > logs/app.$i.log; done
grep -c ERROR logs/*.log; grep -l 'ERROR 2' logs/*.log | wc -l; grep -h ERROR logs/*.log | sort | uniq -c
#### rotate logs
echo new > app.log; for i in 1 2 3; do echo "old $i" > app.log.$i; done
for i in 3 2 1; do [ -f app.log.$i ] && mv app.log.$i app.log.$((i + 1)); done
mv app.log app.log.1; : > app.log
rm -f app.log.4
for f in app.log*; do echo "$f: $(cat "$f")"; done
#### time ranges by string comparison
printf '%s\n' '2024-01-05 a' '2024-02-10 b' '2024-02-28 c' '2024-03-01 d' > dated
awk -v from=2024-02-01 -v to=2024-02-29 '$1 >= from && $1 <= to' dated
awk '{ split($1, d, "-"); m[d[2]]++ } END { for (k in m) print k, m[k] }' dated | sort
#### follow nothing, tail and head slices
seq 100 > f; tail -n 3 f; tail -n +98 f; head -n -97 f; sed -n '50,52p' f; awk 'NR==7 || NR==9' f
#### fields by header name
printf 'id\tname\tage\n1\tann\t30\n2\tbob\t25\n' > t.tsv
awk -F'\t' 'NR==1 { for (i=1;i<=NF;i++) col[$i]=i; next } { print $col["name"] ":" $col["age"] }' t.tsv
#### 5xx only, with line numbers and colour off
printf '%s\n' 'x 200' 'y 503' 'z 500' 'w 404' > s
grep -nE ' 5[0-9]{2}$' s; grep -vcE ' 2[0-9]{2}$' s; grep --color=never -oE '[0-9]+$' s | sort -u | tr '\n' ' '; echo
