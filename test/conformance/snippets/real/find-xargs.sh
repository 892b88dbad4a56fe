#### find by name and count
mkdir -p a/b c; touch a/x.js a/b/y.js c/z.ts; find . -name '*.js' | sort; find . -type f | wc -l; find . -type d | sort
#### files with spaces through print0
mkdir -p "my dir"; echo one > "my dir/a file.txt"; echo two > "my dir/b.txt"
find . -type f -print0 | sort -z | xargs -0 cat; find . -type f -name '* *' -exec basename {} \;
#### grep -rl | xargs sed -i
mkdir src; echo 'import foo from "old"' > src/a.js; echo 'const b = 1' > src/b.js; echo 'x("old")' > src/c.js
grep -rl old src | xargs sed -i 's/old/new/g'; cat src/a.js src/b.js src/c.js
#### exec with plus
touch 1 2 3; find . -type f -exec echo {} + | tr ' ' '\n' | sort; find . -type f -exec sh -c 'for f; do echo "got ${f#./}"; done' _ {} + | sort
#### delete what matches
mkdir -p d/e; touch d/a.tmp d/e/b.tmp d/keep; find d -name '*.tmp' -delete; find d | sort
#### prune node_modules
mkdir -p src node_modules/x; touch src/a.js node_modules/x/b.js; find . -path ./node_modules -prune -o -name '*.js' -print; find . -name node_modules -prune -o -type f -print
#### by size
head -c 100 /dev/zero > small; head -c 5000 /dev/zero > big; find . -type f -size +1k; find . -type f -size -2 | sort; find . -size 100c
#### by depth
mkdir -p a/b/c; touch top a/one a/b/two a/b/c/three; find . -maxdepth 2 -type f | sort; find . -mindepth 3 -type f | sort
#### empty files and directories
mkdir -p full none; touch full/e; echo x > full/n; find . -empty | sort
#### newer than
touch -d '2020-01-01' old; touch -d '2024-01-01' ref; touch -d '2024-06-01' new; find . -type f -newer ref; find . -type f ! -newer ref | sort
#### permissions
touch a b c; chmod 755 a; chmod 644 b; chmod 600 c; find . -type f -perm 644; find . -type f -perm -u+x; find . -type f -perm /022 | wc -l
#### xargs batches
seq 7 | xargs -n 3; seq 3 | xargs -I{} echo "item {}"; echo a b c | xargs -n1 echo -; printf 'a b\nc d\n' | xargs -L1 echo L
#### xargs in parallel
seq 5 | xargs -P 3 -I{} sh -c 'echo $(( {} * {} )) > r.{}'; cat r.* | sort -n
#### xargs with no input
printf '' | xargs echo nothing; printf '' | xargs -r echo nothing; echo "code $?"
#### xargs passes codes on
seq 3 | xargs -I{} sh -c 'exit {}'; echo $?; echo x | xargs false; echo $?; echo x | xargs no-such-command-here 2>/dev/null; echo $?
#### while read over find
mkdir d; for i in 1 2 3; do echo "$i$i" > d/f$i; done; total=0
while IFS= read -r -d '' f; do n=$(wc -c < "$f"); total=$((total + n)); done < <(find d -type f -print0); echo "$total"
#### rename extension in bulk
touch a.jpeg b.jpeg 'c d.jpeg'; find . -name '*.jpeg' -print0 | while IFS= read -r -d '' f; do mv "$f" "${f%.jpeg}.jpg"; done; ls -1
#### lines of code by extension
mkdir s; printf '1\n2\n' > s/a.py; printf '1\n' > s/b.py; printf '1\n2\n3\n' > s/c.sh
for e in py sh; do printf '%s %d\n' $e "$(find s -name "*.$e" -exec cat {} + | wc -l)"; done
#### duplicates by checksum
echo same > a; echo same > b; echo other > c; find . -type f -exec md5sum {} + | sort | awk '{ if ($1 == p) print $2; p = $1 }' | wc -l
find . -type f -exec md5sum {} + | sort | uniq -w32 -d | awk '{print $1}'
#### printf formats
mkdir x; echo hello > x/f; chmod 640 x/f; find x -printf '%p %y %m %s\n' | sort -k1,1 | sed 's/ d \([0-9]*\) .*/ d \1/'; find x -type f -printf '%f %h %P\n'
#### or, not, parentheses
touch a.c a.h a.o b.txt; find . \( -name '*.c' -o -name '*.h' \) -print | sort; find . -type f ! -name '*.o' -not -name '*.txt' | sort; find . -regex '.*/a\.[ch]' | sort; find . -iname 'A.*' | sort
#### a start that is missing
find nowhere; echo "code $?"; mkdir ok; touch ok/f; find ok nowhere 2>/dev/null; echo "code $?"
#### links
mkdir r; echo t > r/target; ln -s target r/link; ln -s nowhere r/broken; find r -type l | sort; find r -xtype l; find -L r -type f | sort
#### xargs replaces a loop of cp
mkdir from to; touch from/{a,b,c}.conf; ls from/*.conf | xargs -I% cp % to/; ls to; find from -name '*.conf' | sort | xargs -n1 basename | sed 's/\.conf$//' | paste -sd' '
