#### top client addresses of an access log
cat > access.log <<'E'
10.0.0.1 - - [10/Oct/2023:13:55:36 +0000] "GET / HTTP/1.1" 200 512
10.0.0.2 - - [10/Oct/2023:13:55:37 +0000] "GET /a HTTP/1.1" 404 20
10.0.0.1 - - [10/Oct/2023:13:56:01 +0000] "POST /login HTTP/1.1" 302 0
10.0.0.3 - - [10/Oct/2023:13:57:00 +0000] "GET /b HTTP/1.1" 500 99
10.0.0.1 - - [10/Oct/2023:13:58:36 +0000] "GET /c HTTP/1.1" 200 1024
E
cut -d' ' -f1 access.log | sort | uniq -c | sort -rn | head -n 2
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
#### histogram of stars
printf '%s\n' a b a c a b > x
sort x | uniq -c | while read -r n k; do printf '%s %s\n' "$k" "$(printf '*%.0s' $(seq "$n"))"; done
#### rotate logs
echo new > app.log; for i in 1 2 3; do echo "old $i" > app.log.$i; done
for i in 3 2 1; do [ -f app.log.$i ] && mv app.log.$i app.log.$((i + 1)); done
mv app.log app.log.1; : > app.log
rm -f app.log.4
for f in app.log*; do echo "$f: $(cat "$f")"; done
#### 5xx only, with line numbers and colour off
printf '%s\n' 'x 200' 'y 503' 'z 500' 'w 404' > s
grep -nE ' 5[0-9]{2}$' s; grep -vcE ' 2[0-9]{2}$' s; grep --color=never -oE '[0-9]+$' s | sort -u | tr '\n' ' '; echo
