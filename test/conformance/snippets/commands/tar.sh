#### create, list and extract
mkdir -p d/e; printf a >d/a; printf bb >d/e/b; tar --sort=name -cf x.tar d; tar tf x.tar; rm -r d; tar xf x.tar; cat d/a d/e/b; ls -R d
#### verbose names on create go to stdout, with -f - to stderr
printf a >a; tar cvf x.tar a; tar cvf - a 2>/dev/null | tar tf -; tar cf - a | tar xvf -
#### the long listing
mkdir d; printf hello >d/f; chmod 640 d/f; chmod 1777 d; ln -s f d/l; ln d/f d/h; touch -d 2020-01-02T03:04:05Z d/f; touch -hd 2020-01-02T03:04:05Z d/l; touch -d 2020-01-02T03:04:05Z d; tar --sort=name -cf x.tar d; tar tvf x.tar; tar tvf x.tar --full-time; tar tvf x.tar --numeric-owner
#### bytes of an archive are GNU's
mkdir d; printf hello >d/f; printf 'x%.0s' {1..700} >d/g; chmod 755 d; chmod 644 d/f d/g; ln -s f d/l; ln d/f d/h; touch -d @1600000000 d/f d/g; touch -hd @1600000000 d/l; touch -d @1600000000 d; tar --sort=name -cf - d | sha256sum
tar --sort=name --format=ustar -cf - d | sha256sum
tar --sort=name --owner=joe:1234 --group=staff:50 --mtime=@1500000000 --mode=u=rw,go= -cf - d | sha256sum
tar --sort=name --numeric-owner -b 1 -cf - d | wc -c
#### long names and long links
n=$(printf 'n%.0s' {1..120}); mkdir -p "$n/$n"; printf 1 >"$n/$n/f"; ln -s "$n/$n/$n" l; touch -d @1600000000 "$n/$n/f"; tar --sort=name -cf g.tar "$n" l; tar tf g.tar; tar --sort=name --format=pax -cf p.tar "$n" l; tar tf p.tar | md5sum; tar xOf p.tar "$n/$n/f"; mkdir o; tar xf g.tar -C o; readlink o/l; tar cf - "$n/$n/f" --owner=0 --group=0 --mtime=@1 | md5sum
#### ustar refuses what does not fit
n=$(printf 'n%.0s' {1..120}); printf 1 >"$n"; tar --format=ustar -cf x.tar "$n" 2>/dev/null; echo $?
#### compression by option, by name and by content
printf 'hello\n' >a; for z in z j J; do tar c${z}f x.$z a; tar tf x.$z; tar x${z}Of x.$z; done; tar --zstd -cf x.zst a; tar xOf x.zst; tar caf x.tar.gz a; gzip -dc x.tar.gz | tar tf -; tar caf x.tar.xz a; xz -dc x.tar.xz | tar tvf - | wc -l; tar -I 'gzip -1' -cf y a; tar tzf y
#### -z on what is not gzip
printf a >a; tar cf x.tar a; tar tzf x.tar; echo $?
#### modes, links and times come back
mkdir d; printf 1 >d/x; chmod 755 d/x; printf 2 >d/y; chmod 600 d/y; ln d/x d/z; ln -s x d/s; touch -d @1000000000 d/x d/y; tar cf t.tar d; rm -r d; tar xf t.tar; stat -c '%a %h %Y %n' d/x d/y d/z; readlink d/s; tar xmf t.tar d/y; test $(stat -c %Y d/y) -gt 1000000000 && echo touched
#### -p off: the umask counts
printf 1 >x; chmod 777 x; tar cf t.tar x; rm x; umask 027; tar --no-same-permissions -xf t.tar; stat -c %a x; tar -xpf t.tar; stat -c %a x
#### --strip-components and -C
mkdir -p a/b/c; printf 1 >a/b/c/f; printf 2 >a/g; tar cf t.tar a; mkdir o; tar xf t.tar -C o --strip-components=2; ls -R o; mkdir p; tar xf t.tar --strip-components=1 -C p -v; ls -R p
#### -C several times on create
mkdir x y; printf 1 >x/a; printf 2 >y/b; tar cf t.tar -C x a -C ../y b; tar tf t.tar
#### --exclude and -X
mkdir -p d/.git d/sub; touch d/a.o d/a.c d/sub/b.o d/.git/x d/sub/c.txt; printf '*.o\n' >ex; tar --sort=name -cf - -X ex d | tar tf -; echo --; tar --sort=name --exclude='*.c' --exclude=sub -cf - d | tar tf -; echo --; tar --sort=name --exclude-vcs -cf - d | tar tf -; echo --; tar --sort=name --anchored --exclude=sub -cf - d | tar tf -; echo --; tar --sort=name -cf t.tar d; tar tf t.tar --exclude='d/s*'
#### -T, --null and --no-recursion
mkdir d; touch d/a b 'c d'; printf 'd\nb\n' >list; tar --no-recursion -cf t.tar -T list; tar tf t.tar; printf 'c d\0b\0' | tar --null -T - -cf u.tar; tar tf u.tar; printf 'b\n' | tar tf t.tar -T -
#### members by name, by directory and by wildcard
mkdir -p d/e; touch d/a d/e/b c.txt d/x.txt; tar --sort=name -cf t.tar d c.txt; tar tf t.tar d/e; tar tf t.tar --wildcards '*.txt'; tar tf t.tar c.txt d/a; tar tf t.tar '*.txt'; echo $?
#### a member that is not there
printf a >a; tar cf t.tar a; tar xf t.tar nothing a; echo $?; tar xf t.tar nothing 2>&1
#### -O writes contents
printf 'one\n' >a; printf 'two\n' >b; tar cf t.tar a b; tar xOf t.tar; tar xOf t.tar b; tar xOvf t.tar a 2>/dev/null
#### -k, --skip-old-files, --keep-newer-files, --overwrite
printf old >a; tar cf t.tar a; printf new >a; tar xkf t.tar; echo $?; cat a; echo; tar --skip-old-files -xf t.tar; echo $?; cat a; echo; touch -d '2030-01-01' a; tar --keep-newer-files -xf t.tar 2>/dev/null; cat a; echo; tar --overwrite -xf t.tar; cat a; echo
#### -r and -u
printf 1 >a; printf 2 >b; tar cf t.tar a; tar rf t.tar b; tar tf t.tar; tar uf t.tar a b; tar tf t.tar | wc -l; touch -d '2040-01-01' a; tar uvf t.tar a b; tar tf t.tar; tar rzf t.tar.gz a; echo $?
#### -d finds differences
printf 1 >a; printf 22 >b; touch -d @1000000000 a b; chmod 644 a b; tar cf t.tar a b; tar df t.tar; echo $?; printf 3 >a; touch -d @1000000000 a; chmod 600 b; tar df t.tar; echo $?
#### --transform
mkdir d; touch d/a.txt d/b.txt; tar --sort=name --transform='s,^d,e/f,' -cf t.tar d; tar tf t.tar; tar --sort=name --transform='s/\.\(txt\)$/.\1.bak/;s/a/A/g' -cf t.tar d; tar tf t.tar; mkdir o; tar xf t.tar -C o --xform 's/.*/\U&/x' 2>&1; ls -R o
#### --one-top-level
touch a b; tar cf pkg.tar a b; tar --one-top-level -xf pkg.tar; tar --one-top-level=o -xf pkg.tar; ls -R pkg o
#### --remove-files and -h
mkdir d; touch d/a; printf x >t; ln -s t l; tar --remove-files -cf x.tar d; ls -d d 2>/dev/null; tar chf y.tar l; tar xOf y.tar l
#### nothing to do and no operation
tar cf x.tar; echo $?; tar; echo $?; tar -cx; echo $?; tar --nonsense; echo $?; tar tf nofile; echo $?; tar cf y.tar nofile; echo $?
#### names that lead outside
mkdir in; printf 1 >in/f; cd in; tar cf ../a.tar ../in/f "$PWD/f" 2>/dev/null; tar tf ../a.tar | grep -c '^[^/.].*in/f$'
#### members with .. are refused
printf 'evil' >f; tar -P --transform='s,^f,../escaped,' -cf e.tar f; tar tf e.tar; mkdir d; tar xf e.tar -C d; echo $?; ls; tar -P --transform='s,^f,/tmp/no-such-dir-here/x,' -cf e.tar f; mkdir o; tar xf e.tar -C o; ls -R o
#### nothing is written through a link that leads outside
mkdir out a b; ln -s ../out a/l; printf evil >b/f; tar cf e.tar -C a l; mkdir b/l; mv b/f b/l/f; tar rf e.tar -C b l/f; mkdir x; tar xf e.tar -C x; echo $?; ls out; rm -r x; mkdir x; ln -s ../out a/ok; tar cf f.tar -C a ok; tar xf f.tar -C x; readlink x/ok
#### broken archives
printf 'junk%.0s' {1..300} >j; tar tf j; echo $?; printf a >a; head -c 5000 /dev/zero >z; tar cf t.tar a z; head -c 2000 t.tar >u; mkdir o; tar xvf u -C o; echo $?; : >e; tar tf e; echo $?; head -c 1024 /dev/zero >n; tar tf n; echo $?; tar czf t.tgz a z; head -c 60 t.tgz >v; tar tzf v; echo $?
#### write errors
printf a >a; tar cf /dev/full a; echo $?; tar cf nodir/x a; echo $?; head -c 300000 /dev/zero >b; tar cf t.tar b; tar xOf t.tar >/dev/full; echo $?; tar tf t.tar >/dev/full; echo $?; tar cf - b | head -c 10 | wc -c; mkdir d; tar tf d; echo $?; tar xf t.tar -C nodir; echo $?
#### sparse archives of the host
base64 -d >g.tgz <<'B'
H4sIAAAAAAACA+3XQQrDIBCF4TmKR3DiEA+SExTSRRdNwCT3rySEti5SQkih5f9AlFFR385Bzuez
2mzus6LX3IJoiFU0XeoaK/Ximi/cTaZhvCTnJPX9uLXu0/yhdPKDi0SWsb0nNif1rIeXut8+YN2A
ne63lhAAAAAAAD/v2vG/BQAAAAAAAIB/9AAFuPntACgAAA==
B
base64 -d >p.tgz <<'B'
H4sIAAAAAAACA+3XsWrDMBQFUM3vK/wFsp70YsWD16ZTKYR+gCAaXGK7SAmEfn1FQiH1kC5taJp7
FsG1BluPa5Cun8PhMYZNTLnO6leYohE5rsV8NSxGsfPWC59yNiJeVQd1Bfu8C6m8irpP1larpxed
30LKUQ/hdUod0yztx5IasnyejmGIXSb3JUwxbHP/HrsywuXCt6TgT9N1md76OLyHfhs1M9vlD/8I
LvefS+ndrP8islCVuWb/0zTtLu377vn8426EI2lbz5bEtA2dWtuQo8/+GjQY7tjQb3AIAAAAAAAA
cPPiiPstAAAAAAAAwH/3AcXpzCEAKAAA
B
tar tvf g.tgz; tar tvf p.tgz; tar xOf g.tgz | md5sum; mkdir o; tar xf p.tgz -C o; md5sum <o/s; stat -c %s o/s
#### pax and v7 archives of the host
base64 -d >h.txz <<'B'
/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4E//AWxdABcLxoeSWjunj8clDrgP8YrJCHEv+jLlDxEK
HSbRhbcOyirCPEkp0p5+R3ubrpHkndhzKuBipJxH7mwOYpEyv+bVHT9VPX1UumePZLaG2krpLu7R
VB1DVMW8JQXBLnsIY0ansGZQciuVGe7dgz0P8Mo+OiPW1prEUzH3tuEGDbWYEp7wDGJdlkefw8Uy
9WoWitafQ7xrB8bCp4gv7p3WxI9CU0iZeuErt+gSdcFIxQNG9m/zaVAOt1uGnJ7I6EvIVNDqj8jT
YtvhpJtDuwDqSKxHfwZNfYVhmV5QNTqptYrYEIGVxcwJI4s9NrUaSde/NtOZTUVIiGCDCR0vNtCA
r5DYmzDDR7y5MmsyRIqrP02s5Fwk2KT8w0ULivwRk7l7h8ZLZO6xVMpKyiem/whnKh6ww2emUm+T
fvJwxytCCUmM6vBu85aDrRV0UieISS3Vd/TXC71ndd8OeqmgWcWmV14Z6qEQGNAYv3zSkAAAayni
d+fYifcAAYgDgKABAKLiLFuxxGf7AgAAAAAEWVo=
B
base64 -d >v.tbz <<'B'
QlpoOTFBWSZTWdaWt5AAAPVbFMmAQAD/gAAHB2QG4EAAAAggAJIJKaZU/SmjQG1MT1NBFKeqaaep
pppoN6kNF+vn1N4SdS34F4VdZFOiQimWfLPSyS94uEwTTjDZlFIQYSqGVAcUrWsE+nzfd0lB4yKo
oB6wiqPjYvKHmX7ohHusHIa4QDDqtObtZEofIpDC44OmzYVqN+aQEfxdyRThQkNaWt5A
B
tar tvf h.txz; tar tvf v.tbz; tar xf h.txz; stat -c '%a %h %Y %n' d/f d/h d/p d/l; readlink d/l; cat d/e/n* | wc -c; test -p d/p && echo fifo
#### names are shown escaped
touch "$(printf 'a\tb')" "$(printf 'n\nl')" 'back\slash' 'ü'; tar --sort=name -cf t.tar *; tar tf t.tar
#### totals, directories with slashes, --mtime
mkdir d; touch d/f; tar --sort=name -cf t.tar --mtime='2021-05-06 07:08:09Z' d/; tar tvf t.tar | cut -c 24-; tar cf - d/f/ >/dev/null 2>&1; echo $?
#### delete members
mkdir d; echo 1 > d/a; echo 2 > d/b; echo 3 > c; tar -cf a.tar d c; tar --delete -f a.tar d/a; tar -tf a.tar; tar -xOf a.tar d/b c; tar --delete -f a.tar nope; echo $?; tar --delete -f a.tar c d/b; tar -tf a.tar; stat -c %s a.tar
#### delete one with a long name
n=$(printf 'x%.0s' {1..150}); echo long > $n; seq 9999 > f; tar -cf a.tar $n f; tar --delete -f a.tar $n; tar -tf a.tar; tar -xOf a.tar f | md5sum
#### concatenate
mkdir d; echo 1 > d/a; echo 2 > f; tar -cf a.tar d; tar -cf b.tar f d; tar -Af a.tar b.tar; tar -tf a.tar; tar --concatenate -f a.tar none.tar; echo $?; tar -czf c.tgz f; tar -A -zf c.tgz a.tar; echo $?
#### small, empty, large and unreadable in one directory
mkdir d; echo small > d/s; : > d/e; head -c 200000 /dev/zero > d/l; ln -s s d/link; ln d/s d/z; mkdir d/sub; echo x > d/sub/y; tar --sort=name -cf a.tar d; tar -tf a.tar; mkdir o; tar -xf a.tar -C o; diff -r d o/d && echo same; stat -c %h o/d/z; readlink o/d/link
#### files with holes
truncate -s 1M f; printf middle | dd of=f bs=1 seek=500000 conv=notrunc 2>/dev/null; printf end >> f; truncate -s 3M f; truncate -s 2M hole; for i in 1 3 5 7 9 11 13; do printf x | dd of=many bs=1 seek=${i}00000 conv=notrunc 2>/dev/null; done
for f in gnu oldgnu pax; do tar -S -H $f -cf $f.tar f hole many; mkdir $f; tar -xf $f.tar -C $f; cmp f $f/f && cmp hole $f/hole && cmp many $f/many && echo same; [ $(stat -c %s $f.tar) -lt 200000 ] && echo small; tar -tvf $f.tar | awk '{print $3, $6}'; [ $(stat -c %b $f/hole) = 0 ] && echo hole; done; tar -cf - f | tar -xO | cmp - f && echo same
