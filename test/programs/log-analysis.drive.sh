# Reports over an access log of 50 MB: counts, sums, joins, percentiles, by awk, sed, sort, uniq, join, grep and cut.
log=access.log
wc -lc < "$log" | tr -s ' '
echo '== addresses'; cut -d' ' -f1 "$log" | sort | uniq -c | sort -k1,1rn -k2,2 | head -n 5
echo '== statuses'; awk '{ n[$9]++; b[$9] += $10 } END { for (s in n) print s, n[s], b[s] }' "$log" | sort
echo '== errors by path'; awk '$9 >= 500 { n[$7]++ } END { for (p in n) printf "%6d %s\n", n[p], p }' "$log" | sort -k1,1rn -k2
echo '== by hour'; sed -n 's/^[^[]*\[[^:]*:\([0-9][0-9]\):.*/\1/p' "$log" | sort | uniq -c | awk '{ print $2, $1 }'
echo '== methods'; grep -oE '"(GET|POST|PUT|DELETE) ' "$log" | tr -d '" ' | sort | uniq -c | sort -rn
echo '== size percentiles'; awk '{ print $10 }' "$log" | sort -n > sizes; n=$(wc -l < sizes); for p in 50 90 99; do sed -n "$((n * p / 100))p" sizes; done
echo '== users of both days'; for d in 12 13; do grep "\[$d/Mar" "$log" | cut -d' ' -f1 | sort -u > "day$d"; done; comm -12 day12 day13 | wc -l; comm -3 day12 day13 | wc -l
echo '== names joined'; awk '{ print $1 }' "$log" | sort | uniq -c | awk '{ print $2, $1 }' | sort -k1,1 > counts; awk '{ split($1, a, "."); print $1, "host-" a[3] "-" a[4] }' counts | sort -k1,1 > names; join names counts | sort -k3,3rn -k1,1 | head -n 3
echo '== 404 of /login after 20h'; grep ' 404 ' "$log" | grep -c '2024:2[0-3].*"GET /login'
echo '== edited'; sed -E 's/^([0-9]+)\.([0-9]+)\.[0-9]+\.[0-9]+/\1.\2.x.x/; s/\[[^]]*\]/[-]/' "$log" | sort | uniq -c | sort -rn | awk '{ s += $1 } END { print NR, s }'
echo '== sums agree'; awk '{ s += $10 } END { print s }' "$log"; cut -d' ' -f10 "$log" | paste -sd+ | sed 's/^/s=/' | awk -F'[=+]' '{ for (i = 2; i <= NF; i++) s += $i; print s }'
