#### tar round trip
mkdir -p p/d; echo one > p/a; echo two > p/d/b; ln -s a p/l; tar czf p.tgz p; rm -r p; tar tzf p.tgz | sort; tar xzf p.tgz; cat p/d/b; readlink p/l
#### tar with exclusions and another directory
mkdir -p app/node_modules out; touch app/a.js app/node_modules/m; tar -C app --exclude=node_modules -cf a.tar .; tar -xf a.tar -C out; find out | sort; tar -cf - app/a.js | tar -tvf - | awk '{ print $1, $NF }'
#### tar strips components
mkdir -p v1.0/src; echo x > v1.0/src/f; tar cf r.tar v1.0; mkdir dst; tar xf r.tar -C dst --strip-components=1; find dst -type f
#### gzip, keep, test, list
seq 1000 > n; gzip -k n; ls n n.gz; zcat n.gz | tail -n 1; gzip -t n.gz && echo fine; gunzip -c n.gz | cmp - n && echo same; rm n; gunzip n.gz; wc -l < n; echo bad > b.gz; gunzip b.gz 2>/dev/null; echo "code $?"
#### other compressors
seq 500 > n; for c in bzip2 xz; do $c -k n; done; bzcat n.bz2 | md5sum; xzcat n.xz | md5sum; md5sum < n
#### zip and unzip
mkdir z; echo a > z/a; echo b > z/b; zip -qr z.zip z; rm -r z; unzip -q z.zip; cat z/a z/b; unzip -p z.zip z/b
#### checksums verified
echo one > a; echo two > b; sha256sum a b > SUMS; sha256sum -c SUMS; echo changed > b; sha256sum -c SUMS 2>/dev/null; echo "code $?"; sha256sum --quiet -c SUMS 2>/dev/null; md5sum a | cut -d' ' -f1
#### backup with a date of the file
touch -d '2024-03-05 10:20:30' f; cp -p f "f.$(date -r f +%Y%m%d-%H%M%S)"; ls; stat -c '%y' f.* | cut -d. -f1
#### atomic write
write() { local t; t=$(mktemp "$1.XXXXXX"); cat > "$t"; chmod 644 "$t"; mv "$t" "$1"; }; echo hello | write out; cat out; ls | wc -l; stat -c %a out
#### permissions and umask
umask 027; touch f; mkdir d; stat -c '%a %n' f d; chmod u+x,g-r f; stat -c '%A' f; chmod -R a+rX d; stat -c '%a' d; umask; umask -S
#### hard and symbolic links
echo x > a; ln a b; ln -s a c; stat -c '%h' a; [ a -ef b ] && echo same; readlink c; readlink -f c | xargs basename; rm a; cat b; cat c 2>/dev/null || echo dangling; [ -L c ] && [ ! -e c ] && echo broken
#### switch a symlink
mkdir r1 r2; ln -sfn r1 current; ln -sfn r2 current; readlink current; ls -d r*/ | tail -n 1; ln -s r1 next; mv -T next current; readlink current
#### bulk rename: lower case, prefix, sequence
touch A.TXT B.TXT; for f in *.TXT; do mv -- "$f" "$(echo "$f" | tr A-Z a-z)"; done; ls; i=1; for f in *.txt; do mv "$f" "$(printf 'img_%03d.txt' $i)"; i=$((i+1)); done; ls; for f in img_*; do mv "$f" "new-${f#img_}"; done; ls
#### spaces to underscores
touch 'a b.txt' 'c  d.txt'; for f in *\ *; do mv "$f" "${f// /_}"; done; ls; touch -- -x; ls -- -x; rm -- -x; rm -- *; ls | wc -l
#### mirror only what is newer
mkdir s d; echo 1 > s/a; echo 2 > s/b; cp -u s/* d/; touch -d 2030-01-01 d/a; echo old > d/a; touch -d 2030-01-01 d/a; cp -u s/* d/; cat d/a d/b
#### disk usage
mkdir -p u/v; head -c 10000 /dev/zero > u/v/f; du -b u/v/f | cut -f1; du -ab u | wc -l; head -c 3000 /dev/zero | wc -c; stat -c %s u/v/f; truncate -s 5 u/v/f; stat -c %s u/v/f
#### dd blocks
printf 'abcdefghij' > f; dd if=f bs=2 skip=1 count=2 2>/dev/null; echo; printf X | dd of=f bs=1 seek=3 conv=notrunc 2>/dev/null; cat f; echo; dd if=/dev/zero of=z bs=1024 count=4 2>/dev/null; stat -c %s z; dd if=f conv=ucase 2>/dev/null; echo
#### fifo between two processes
mkfifo p; (for i in 1 2 3; do echo "msg $i"; done > p) & while read -r l; do echo "got $l"; done < p; wait; rm p; ls | wc -l
#### tee fans out
seq 5 | tee a b > c; cmp a b && cmp b c && echo same; seq 3 | tee >(wc -l > n) >(tr 1-3 a-c > t) > /dev/null; until [ -s n ] && [ "$(wc -l < t)" = 3 ]; do sleep 0.01; done; cat n t; echo more | tee -a a | wc -c; tail -n 1 a
#### compare directories
mkdir x y; echo 1 > x/a; echo 1 > y/a; echo 2 > x/b; echo 3 > y/b; touch y/only; diff -rq x y; diff <(ls x) <(ls y); cmp x/b y/b | head -n 1; echo "$?"
#### a patch made and applied
printf 'a\nb\nc\n' > f; cp f g; sed -i 's/b/B/' g; diff -u f g | sed '1,2s/\t.*//' > p; cat p; patch -s f < p; cmp f g && echo patched; patch -s -R f < p; cat f
#### split names
f=/x/y/report.2024.tar.gz; dir=$(dirname "$f"); base=$(basename "$f"); name=${base%%.*}; ext=${base#*.}; echo "$dir|$base|$name|$ext"; realpath -m a/../b/./c | sed "s|^$PWD|.|"; realpath -m --relative-to=/a/b /a/c/d
#### a tree in text
mkdir -p t/a/b t/c; touch t/a/f t/a/b/g; find t | sort | sed -e 's|[^/]*/|  |g'; (cd t && ls -R)
#### ls in the usual ways
touch b a; mkdir d; touch .h; ls; ls -a; ls -1p; ls -d */; ls -A | wc -l; ls -F; touch -d 2020-01-01 a; touch -d 2021-01-01 b; touch -d 2022-01-01 d; ls -t; ls -rt
#### globs
touch a1 a2 b1 '[x]' .hid; echo a*; echo [ab]1; echo ?1; echo [!a]*; shopt -s nullglob; echo z*; shopt -u nullglob; echo z*; shopt -s dotglob; echo .h* *h*; shopt -s extglob
echo !(a*|b*|.*); echo @(a|b)1
#### globstar
mkdir -p a/b; touch a/x.c a/b/y.c z.c; shopt -s globstar; printf '%s\n' **/*.c; for d in **/; do echo "$d"; done
#### temporary names
t=$(mktemp); [ -f "$t" ] && stat -c %a "$t"; rm "$t"; d=$(mktemp -d -p . tmp.XXXX); [ -d "$d" ] && stat -c %a "$d"; [[ $d == ./tmp.???? ]] && echo form; mktemp -u /tmp/x.XXXXXX | wc -c
#### install and its modes
echo '#!/bin/sh' > tool; install -d bin; install -m 755 tool bin/tool; install -D -m 600 tool etc/x/tool.conf; stat -c '%a %n' bin/tool etc/x/tool.conf
#### strings, hexdump and file kinds
printf 'abc\0\0hello world\0\1\2' > b; strings b; od -c b | head -n 1; xxd b | head -n 1; hexdump -C b | head -n 1; wc -c < b; tr -d '\0' < b | head -c 3; echo
