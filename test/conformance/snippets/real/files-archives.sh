#### checksums verified
echo one > a; echo two > b; sha256sum a b > SUMS; sha256sum -c SUMS; echo changed > b; sha256sum -c SUMS 2>/dev/null; echo "code $?"; sha256sum --quiet -c SUMS 2>/dev/null; md5sum a | cut -d' ' -f1
#### backup with a date of the file
touch -d '2024-03-05 10:20:30' f; cp -p f "f.$(date -r f +%Y%m%d-%H%M%S)"; ls; stat -c '%y' f.* | cut -d. -f1
#### atomic write
write() { local t; t=$(mktemp "$1.XXXXXX"); cat > "$t"; chmod 644 "$t"; mv "$t" "$1"; }; echo hello | write out; cat out; ls | wc -l; stat -c %a out
#### permissions and umask
umask 027; touch f; mkdir d; stat -c '%a %n' f d; chmod u+x,g-r f; stat -c '%A' f; chmod -R a+rX d; stat -c '%a' d; umask; umask -S
#### switch a symlink
mkdir r1 r2; ln -sfn r1 current; ln -sfn r2 current; readlink current; ls -d r*/ | tail -n 1; ln -s r1 next; mv -T next current; readlink current
#### bulk rename: lower case, prefix, sequence
touch A.TXT B.TXT; for f in *.TXT; do mv -- "$f" "$(echo "$f" | tr A-Z a-z)"; done; ls; i=1; for f in *.txt; do mv "$f" "$(printf 'img_%03d.txt' $i)"; i=$((i+1)); done; ls; for f in img_*; do mv "$f" "new-${f#img_}"; done; ls
#### spaces to underscores
touch 'a b.txt' 'c  d.txt'; for f in *\ *; do mv "$f" "${f// /_}"; done; ls; touch -- -x; ls -- -x; rm -- -x; rm -- *; ls | wc -l
#### mirror only what is newer
mkdir s d; echo 1 > s/a; echo 2 > s/b; cp -u s/* d/; touch -d 2030-01-01 d/a; echo old > d/a; touch -d 2030-01-01 d/a; cp -u s/* d/; cat d/a d/b
#### ls in the usual ways
touch b a; mkdir d; touch .h; ls; ls -a; ls -1p; ls -d */; ls -A | wc -l; ls -F; touch -d 2020-01-01 a; touch -d 2021-01-01 b; touch -d 2022-01-01 d; ls -t; ls -rt
#### globs
touch a1 a2 b1 '[x]' .hid; echo a*; echo [ab]1; echo ?1; echo [!a]*; shopt -s nullglob; echo z*; shopt -u nullglob; echo z*; shopt -s dotglob; echo .h* *h*; shopt -s extglob
echo !(a*|b*|.*); echo @(a|b)1
#### globstar
mkdir -p a/b; touch a/x.c a/b/y.c z.c; shopt -s globstar; printf '%s\n' **/*.c; for d in **/; do echo "$d"; done
#### temporary names
t=$(mktemp); [ -f "$t" ] && stat -c %a "$t"; rm "$t"; d=$(mktemp -d -p . tmp.XXXX); [ -d "$d" ] && stat -c %a "$d"; [[ $d == ./tmp.???? ]] && echo form; mktemp -u /tmp/x.XXXXXX | wc -c
