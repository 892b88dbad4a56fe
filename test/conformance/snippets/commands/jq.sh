#### identity and formatting
mkdir w; cd w
echo '{"b":1,"a":[1,2,{"x":null}],"s":"é\n"}' | jq .; echo '{"b":1,"a":[]}' | jq -c .; echo '{"b":1,"a":{}}' | jq -S .; echo '[1,[2]]' | jq --tab .; echo '[1,[2]]' | jq --indent 1 .; echo '"é☃😀"' | jq -a .; echo '[]' | jq .; echo '{"a":{}}' | jq --indent 0 .
#### paths
mkdir w; cd w
echo '{"a":{"b":[10,20,30]},"c d":5}' | jq '.a.b[1], .["c d"], ."c d", .a.b[-1], .a.b[1:], .nope, .a.nope?, .a["b"][0]'
#### iteration
mkdir w; cd w
echo '{"a":[1,2],"b":[3]}' | jq -c '.[], .a[], (.[]|.[]), [..|numbers], keys, length, map_values(length), to_entries'
#### raw output
mkdir w; cd w
echo '{"a":"x\ty","n":1,"l":["p","q"]}' | jq -r '.a, .n, .l[]'; echo '["a","b"]' | jq -j '.[]'; echo; echo '["a b","c"]' | jq -r '@sh'
#### pipes and construction
mkdir w; cd w
echo '[{"n":"a","v":1},{"n":"b","v":2}]' | jq -c '.[] | {n, w: .v, (.n): .v}, {"x\(.n)": 1}'; echo '[1,2]' | jq -c '{a: .[]}'; jq -nc '{"a":1} + {"b":2} * {"a":{"c":3}}'
#### select map reduce
mkdir w; cd w
echo '[1,2,3,4,5]' | jq -c 'map(select(. > 2)), (reduce .[] as $x (0; . + $x)), [foreach .[] as $x (0; . + $x)], [limit(2; .[])], first, last, [.[] | if . % 2 == 0 then "even" else "odd" end], any(. > 4), all(. > 0), add'
#### sort group unique
mkdir w; cd w
echo '[{"k":"b","v":1},{"k":"a","v":2},{"k":"b","v":0}]' | jq -c 'sort_by(.k), group_by(.k), unique_by(.k), (map(.v)|sort,min,max), min_by(.v), max_by(.v), sort_by(.k, .v)'
#### strings
mkdir w; cd w
jq -nc '"a,b,c"|split(","), ascii_upcase, length, ltrimstr("a"), rtrimstr("c"), startswith("a"), test("B";"i"), sub(",";"-"), gsub(",";"-"), explode[0:2], .[2:], index(","), indices(","), (split(",")|join("+"))'
#### regular expressions
mkdir w; cd w
jq -nc '"foo bar 123"|[match("[a-z]+";"g").string], capture("(?<w>[a-z]+) (?<x>\\w+)"), [scan("\\d")], splits(" +"), gsub("(?<l>[aeiou])";"<\(.l)>"), test("^foo"), [match("(o)(x)?").captures[].string]'
#### numbers
mkdir w; cd w
jq -nc '1.0, 1e3, 100000000000, 0.1+0.2, 3/2, 7%3, -5%3, (1/3), 1e100, 5e-324, (10|sqrt|floor), (2|pow(.;10)), ([1.5,2.5]|map(round)), infinite, -infinite, (nan|isnan), 3.0, 1.1e1, ("12"|tonumber), (12|tostring)'
#### formats
mkdir w; cd w
jq -nr '[1,"a\"b",null,true]|@csv, @tsv, @json, @html "<\(.)>", @uri "q=\("a b&c")", @base64 "\("hi")", ("aGk="|@base64d), @text, @sh "echo \("it'"'"'s")"'
#### options for arguments
mkdir w; cd w
jq -nc --arg a 1 --argjson b '{"x":2}' '$a, $b, $ARGS.named'; printf '[1,2]\n3\n' > f.json; jq -nc --slurpfile s f.json --rawfile r f.json '$s, $r'; jq -nc '$ARGS.positional' --args a b; jq -nc '[$ARGS.positional[]]' --jsonargs 1 '{"a":2}' null; jq -nc --arg x 5 '[$x, $__prog_args]' 2>/dev/null; echo $?
#### slurp and raw input
mkdir w; cd w
printf '1\n2\n[3]' | jq -sc .; printf 'a\nb\n' | jq -R .; printf 'a\nb\n' | jq -Rs .; printf 'a\nb\n' | jq -Rn '[inputs]' -c; printf '1 2 3' | jq -n '[inputs]' -c; printf '1 2 3' | jq -c '[., input]' 2>/dev/null; echo $?
#### files
mkdir w; cd w
echo '{"a":1}' > 1.json; echo '{"a":2}' > 2.json; jq .a 1.json 2.json; jq -c '[input_filename, .a]' 1.json 2.json; jq -n '[inputs.a]|add' 1.json 2.json; jq . nope.json 2>/dev/null; echo $?; echo '.a+1' > prog.jq; jq -f prog.jq 1.json; jq . 1.json nope.json 2>/dev/null; echo $?
#### exit status
mkdir w; cd w
jq -e . <<< null > /dev/null; echo $?; jq -e . <<< false > /dev/null; echo $?; jq -e . <<< 1; echo $?; jq -e empty <<< 1; echo $?; jq --exit-status .a <<< '{"a":true}'; echo $?
#### errors
mkdir w; cd w
echo '{' | jq .; echo $?; echo '{}' | jq '.a['; echo $?; echo '[]' | jq '.a'; echo $?; echo '{}' | jq 'error("x")'; echo $?; jq -n '{} | error'; echo $?; jq --nope . ; echo $?; jq -n 'halt_error' <<< 1; echo $?; jq -n '"bye\n"|halt_error(3)' 2>&1; echo $?; jq -n '1|halt'; echo $?; echo '"a" b' | jq .; echo $?
#### try and alternative
mkdir w; cd w
jq -nc 'try error("x") catch ., (try (1|keys) catch "no keys"), (null // 5), (false // "d"), ([.[]?]), ({} | .a.b.c // "deep"), (try error({"a":1}) catch .a)'
#### variables and functions
mkdir w; cd w
jq -nc 'def f(x): x * 2; def g: f(.) + 1; 5 | g, f(3), ([1,2,3] as [$a,$b] | $a+$b), ({"k":[7]} as {k:[$x]} | $x), (. as $v | [$v, 1])'
#### assignment
mkdir w; cd w
echo '{"a":1,"b":{"c":[1,2]}}' | jq -c '.a = 5, (.a |= .+1), (.b.c[0] = 9), (.b.c |= map(.*2)), (.a += 10), del(.b.c[0]), del(.a,.b), (.b.c += [3]), (.x.y.z = 1), to_entries, with_entries(.value |= tostring), (.a //= 7), (.n //= 7)'
#### path functions
mkdir w; cd w
echo '{"a":[{"b":1},{"b":2}]}' | jq -c 'path(.a[0].b), [paths], getpath(["a",1,"b"]), setpath(["a",0,"b"];9), [paths(type=="number")], delpaths([["a",0]]), (.a|map(has("b"))), [leaf_paths], pick(.a[1].b)?' 2>/dev/null | head -8
#### recursion and walk
mkdir w; cd w
echo '{"a":[1,{"b":[2,3]}]}' | jq -c '[..|numbers], walk(if type=="number" then .+1 else . end), [recurse|scalars], flatten?, ([[1,[2]],3]|flatten, flatten(1)), ([1,[2]]|tojson), ("[1]"|fromjson)'
#### types and tests
mkdir w; cd w
jq -nc '[1,"a",null,true,[],{}]|map(type), map(length?), (.[] | select(type=="string")), (map(arrays)), ([1,2]|contains([1])), ("foobar"|contains("bar")), ({"a":1}|has("a")), ([1,2]|has(5)), (2|IN(1,2)), ([3,1]|inside([1,2,3])), ([1,null,2]|map(values))'
#### ranges and generators
mkdir w; cd w
jq -nc '[range(5)], [range(2;8;3)], [range(5;0;-2)], [limit(3;repeat(1))], [1,2]|., ([.[]|.,.]), (combinations? // "none")' 2>/dev/null; jq -nc '[[1,2],[3,4]]|[combinations]'; jq -nc '[until(. > 100; (.//1) * 2)]'; jq -nc '[while(.<3; .+1)]' <<< 0; jq -c '[while(.<3; .+1)]' <<< 0
#### dates
mkdir w; cd w
jq -n '0|todate, (1700000000|todate), ("2015-03-05T23:51:47Z"|fromdate), ("2015-03-05T23:51:47Z"|strptime("%Y-%m-%dT%H:%M:%SZ")|mktime), (1425599621|gmtime|mktime), (1425599621|strftime("%A, %B %d, %Y"))' -c
#### streaming
mkdir w; cd w
echo '{"a":[1,{"b":2}]}' | jq -c --stream .; echo '{"a":[1,2]}' | jq -c 'tostream'; jq -nc 'fromstream(([["a"],1],[["a"]]))'; echo '[1,[2]]' | jq -c '[tostream]|fromstream(.[])'; echo '{"a":1}' | jq --seq -c . | od -c | head -1
#### environment
mkdir w; cd w
export FOO=bar; jq -n 'env.FOO, $ENV.FOO'; jq -n '$ENV|has("FOO")'
#### colour
mkdir w; cd w
echo '{"a":[1,"x",null,true]}' | jq -Cc . | od -c | head -3 | cut -c1-20; echo '[1]' | jq -M -c .
#### deep nesting and junk
mkdir w; cd w
head -c 5000 /dev/zero | tr '\0' '[' | jq . > /dev/null; echo $?; head -c 100000 /dev/zero | tr '\0' '[' | jq .; echo $?; printf '\001\002' | jq .; echo $?; printf '{"a":1,}' | jq .; echo $?; printf 'nan' | jq .; printf "{'a':1}" | jq .; echo $?
#### real life
mkdir w; cd w
echo '{"items":[{"metadata":{"name":"x","labels":{"app":"w"}},"status":{"phase":"Running"}},{"metadata":{"name":"y","labels":{}},"status":{"phase":"Failed"}}]}' > pods.json; jq -r '.items[] | select(.status.phase=="Running") | .metadata.name' pods.json; jq -r '.items[] | [.metadata.name, .status.phase, (.metadata.labels.app // "-")] | @tsv' pods.json; jq '[.items[].metadata.name] | join(",")' pods.json; jq -c '.items | group_by(.status.phase) | map({phase: .[0].status.phase, n: length})' pods.json; jq '.items | length' pods.json; jq -c 'INDEX(.items[]; .metadata.name) | map_values(.status.phase)' pods.json
#### ltrimstr, ascii, tojson, misc
mkdir w; cd w
jq -nc '[1,2,3]|.[1:]=[9], (.[0]|=empty?), index(2), (join("-")), (map(tostring)|join("")), implode?, ([65,66]|implode), ({"a":1}|keys_unsorted), ([3,1,2]|sort|reverse), (transpose? // 0), ([[1,2],[3]]|transpose), ("abc"|ascii_downcase), ([1,2]|tojson), ("x"*3), ([1,2,3]-[2]), ("a,b"/","), ltrimstr(1), getpath(["a"])?, splits("a")?, input_line_number, $__loc__, ("test"|@json)' 2>/dev/null | head -12
#### limits of time
mkdir w; cd w
yes 1 | head -20000 | jq -s 'add'; jq -n '[range(100000)]|length'; jq -n 'reduce range(100000) as $i (0;.+$i)'; seq 1000 | jq -s 'map(.*2)|add'
