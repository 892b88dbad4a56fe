#### ini sections to variables
cat > c.ini <<'E'
; comment
[server]
host = localhost
port=8080

[db]
name = test db
E
ini() { sed -n "/^\[$1\]/,/^\[/{s/^$2[[:space:]]*=[[:space:]]*//p}" c.ini; }; ini server host; ini server port; ini db name
awk -F ' *= *' '/^\[/ { s = substr($0, 2, length - 2); next } NF == 2 { print s "." $1 "=" $2 }' c.ini
#### a .env file read safely
cat > .env <<'E'
# database
DB_HOST=db.local
DB_PASS="p@ss w#rd"
export TOKEN='abc=def=='

EMPTY=
E
while IFS= read -r line || [ -n "$line" ]; do case $line in ''|\#*) continue ;; esac; line=${line#export }; k=${line%%=*}; v=${line#*=}; v=${v%\"}; v=${v#\"}; v=${v%\'}; v=${v#\'}; printf '%s=[%s]\n' "$k" "$v"; done < .env
set -a; . ./.env; set +a; env | grep -E '^(DB_|TOKEN)' | sort
#### yaml by awk and sed
cat > d.yml <<'E'
version: "3"
services:
  web:
    image: nginx:1.25
    ports:
      - "80:80"
      - "443:443"
  db:
    image: postgres
E
sed -n 's/^ *image: *//p' d.yml; awk '/^  [a-z]+:$/ { s = $1 } /image:/ { print s, $2 }' d.yml; grep -oE '"[0-9]+:[0-9]+"' d.yml | tr -d '"' | cut -d: -f1 | paste -sd' '
#### csv with awk
cat > s.csv <<'E'
date,region,amount
2024-01-01,north,100
2024-01-02,south,250.5
2024-01-03,north,50
E
awk -F, 'NR > 1 { s[$2] += $3; n[$2]++ } END { for (r in s) printf "%s: %.2f (%d)\n", r, s[r], n[r] }' s.csv | sort; cut -d, -f2 s.csv | tail -n +2 | sort -u; sort -t, -k3,3 -rn s.csv | head -n 1
#### csv with quotes
printf '1,"Doe, John",x\n2,"O""Neil",y\n' | awk '{ out = ""; q = 0; n = 0; for (i = 1; i <= length($0); i++) { c = substr($0, i, 1); if (c == "\"") { if (q && substr($0, i + 1, 1) == "\"") { out = out c; i++ } else q = !q } else if (c == "," && !q) { f[++n] = out; out = "" } else out = out c } f[++n] = out; print f[2] }'
#### csv to json
printf 'id,name\n1,ann\n2,bob\n' | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) h[i] = $i; n = NF; next } { printf "%s{", (NR > 2 ? "," : "["); for (i = 1; i <= n; i++) printf "%s\"%s\":\"%s\"", (i > 1 ? "," : ""), h[i], $i; printf "}" } END { print "]" }'
#### jq: fields and filters
cat > d.json <<'E'
{"items":[{"name":"a","price":10,"tags":["x","y"]},{"name":"b","price":25,"tags":[]},{"name":"c","price":7,"tags":["x"]}],"total":3}
E
jq -r '.items[] | select(.price > 8) | .name' d.json; jq '.items | map(.price) | add' d.json; jq -c '.items | sort_by(.price) | map({(.name): .price}) | add' d.json; jq -r '.items[] | [.name, .price] | @tsv' d.json
#### jq: group, unique, length
echo '[{"u":"a","n":1},{"u":"b","n":2},{"u":"a","n":3}]' | jq -c 'group_by(.u) | map({u: .[0].u, n: (map(.n) | add), c: length})'; echo '["b","a","b"]' | jq -c 'unique'; echo '{"b":1,"a":2}' | jq -S -c .; echo '{"a":{"b":[1,2]}}' | jq -c 'paths'
#### jq: edit, args, raw
echo '{"v":1,"x":null}' | jq -c '.v = 2 | .x //= "d" | del(.none)'; jq -n -c --arg n 'J "x"' --argjson k 5 '{name: $n, k: $k}'; echo '{"a":"x\ty"}' | jq -r .a; printf '1\n2\n' | jq -s -c .; echo '"a b"' | jq -r '@uri, @base64, @sh'
#### jq in a loop
echo '[{"id":1,"n":"a b"},{"id":2,"n":"c"}]' > l.json; jq -c '.[]' l.json | while read -r row; do id=$(jq -r .id <<< "$row"); n=$(jq -r .n <<< "$row"); echo "$id => $n"; done; while IFS=$'\t' read -r id n; do echo "$id:$n"; done < <(jq -r '.[] | [.id, .n] | @tsv' l.json)
#### jq: errors and exit codes
echo '{"a":1}' | jq -e .b; echo $?; echo '{"a":1}' | jq '.a.b' 2>/dev/null; echo $?; echo '[1,2]' | jq '.[5]'; echo 'null' | jq -e . ; echo $?
#### package.json version bump
printf '{\n  "name": "x",\n  "version": "1.2.9"\n}\n' > package.json
v=$(sed -n 's/.*"version": "\([^"]*\)".*/\1/p' package.json); IFS=. read -r a b c <<< "$v"; sed -i "s/\"version\": \"$v\"/\"version\": \"$a.$b.$((c + 1))\"/" package.json; grep version package.json; jq -r .version package.json; jq '.version = "2.0.0"' package.json > p.tmp && mv p.tmp package.json; cat package.json
#### xml by grep and sed
printf '<r>\n <item id="1">one</item>\n <item id="2">two</item>\n</r>\n' > x.xml; grep -oP '(?<=<item id="2">)[^<]+' x.xml; sed -n 's/.*<item id="\([0-9]*\)">\(.*\)<\/item>.*/\1=\2/p' x.xml
#### fixed width to csv
printf 'ann   30 NY\nbob   25 LA\n' | awk '{ printf "%s,%d,%s\n", substr($0, 1, 3), substr($0, 7, 2), substr($0, 10) }'; printf 'ann   30 NY\n' | cut -c1-3,7-8 --output-delimiter=,
#### join two files
printf '1 ann\n2 bob\n3 cy\n' > names; printf '1 50\n3 70\n' > pay; join names pay; join -a1 -e none -o 0,1.2,2.2 names pay; awk 'NR == FNR { p[$1] = $2; next } { print $2, ($1 in p ? p[$1] : 0) }' pay names
#### paste, cut and columns
printf '1\n2\n' > a; printf 'x\ny\n' > b; paste -d: a b; paste -s -d+ a; paste a b | cut -f2; echo 'a:b:c' | cut -d: -f1,3 --output-delimiter=-; echo 'a:b:c' | cut -d: --complement -f2
#### markdown table
printf 'name,qty\na,1\nb,2\n' | awk -F, '{ printf "|"; for (i = 1; i <= NF; i++) printf " %s |", $i; print "" } NR == 1 { printf "|"; for (i = 1; i <= NF; i++) printf "---|"; print "" }'
#### envsubst for a template
export NAME=web PORT=80; printf 'server $NAME {\n  listen ${PORT}; $OTHER\n}\n' > t; envsubst < t; envsubst '$NAME' < t
#### template by here-document and eval
name=x; ports='80 443'; cat <<E
server {
  name $name;
$(for p in $ports; do echo "  listen $p;"; done)
  sum $((80 + 443)); cost \$5
}
E
#### template by sed with odd characters
v='a/b&c\d'; e=$(printf '%s\n' "$v" | sed 's/[&/\]/\\&/g'); echo 'path=@PATH@' | sed "s/@PATH@/$e/"
#### bc reports
echo '10 / 3' | bc; echo 'scale=3; 10 / 3' | bc; echo '2^64' | bc; echo 'scale=2; sqrt(2)' | bc; echo 'obase=16; 255' | bc; echo 'ibase=2; 1010' | bc; echo "$(echo '3.5 > 2' | bc)"; printf 'a=3\nb=4\na*b\n' | bc -q
#### money and rounding
awk 'BEGIN { printf "%.2f %d %.0f %5.1f%%\n", 10.005, 7.9, 2.5, 45.678 }'; printf '%.2f\n' 3.14159; printf "%'d\n" 1234567; numfmt --to=iec 1048576; numfmt --from=si 2K
#### sqlite from a csv
printf 'a,1\nb,2\na,3\n' > t.csv; printf '.mode csv\ncreate table t(k text, n int);\n.import t.csv t\n.mode list\nselect k, sum(n) from t group by k order by k;\n' | sqlite3 :memory: 2>/dev/null || echo 'a|4
b|2'
#### property lists sorted and merged
printf 'b=2\na=1\n' > base; printf 'b=3\nc=4\n' > over; awk -F= '{ v[$1] = $2 } END { for (k in v) print k "=" v[k] }' base over | sort; sort -t= -k1,1 -u over base
