#### there and back
printf 'hello\n' >a; xz a; ls; unxz a.xz; cat a; xz -k a; ls; xz -dc a.xz; xzcat a.xz a.xz; xz -c a | xz -d
#### bytes are the library's
printf 'hello\n' | xz | head -c 12 | od -An -tx1; printf 'hello\n' | xz -C crc32 | md5sum; printf 'hello\n' | xz --format=lzma | od -An -tx1 | head -1
#### levels round trip
for i in 0 1 6 9 9e; do seq 50000 | xz -$i | unxz | md5sum; done | sort -u; seq 50000 | lzma | unlzma | md5sum; seq 50000 | lzma -c | xz -dc | md5sum; seq 9 | lzma | lzcat | wc -l; seq 9 | xz -T0 | xz -d | wc -l
#### checks
for c in none crc32 crc64 sha256; do printf 'x%.0s' {1..1000} | xz -C $c >f.xz; xz -t f.xz; echo $?; xz --robot -l f.xz | tail -1; done
#### -l
printf 'x%.0s' {1..1000} >a; xz -k a; xz -l a.xz; xz -lv a.xz; xz --robot -l a.xz; cat a.xz a.xz >b.xz; xz -l b.xz a.xz; xz -l a; echo $?; seq 300000 | xz -0 >big.xz; xz -l big.xz | grep -o '1942.*KiB'
#### existing files
printf 1 >a; xz -k a; xz -k a; echo $?; xz -fk a; echo $?; unxz a.xz; echo $?; unxz -f a.xz; echo $?; ls
#### broken files
printf 'hello\n' | xz >a.xz; head -c 40 a.xz >t.xz; xz -t t.xz; echo $?; xz -dc t.xz; echo $?; xz -d t.xz; echo $?; ls; printf junk >j.xz; xz -dc j.xz; echo $?; { cat a.xz; printf rest; } >g.xz; xz -dc g.xz; echo $?; { head -c 26 a.xz; printf ZZ; tail -c +29 a.xz; } >c.xz; xz -t c.xz; echo $?; xz -dcf j.xz; echo " $?"
#### names
printf 1 | xz >a.txz; unxz a.txz; ls; printf 1 | xz >b.x; unxz b.x; echo $?; printf 2 >c.xz; xz c.xz; echo $?; xz nofile; echo $?; mkdir d; xz d; echo $?; xz --foo; echo $?; ln -s a.tar l; xz l; echo $?
#### messages
xz nofile 2>&1; printf 1 >a; xz -k a; xz -k a 2>&1; mkdir d; xz d 2>&1; xz -d a 2>&1; printf 'x%.0s' {1..1000} >b; xz -v b 2>&1; xz -k a.xz 2>&1; printf junk >j.xz; xzcat j.xz 2>&1; xz --foo 2>&1
#### padding and members
{ printf a | xz; printf b | xz; } | xz -d; echo; { printf a | xz; head -c 8 /dev/zero; printf b | xz; } >p.xz; xz -dc p.xz; echo; xz --robot -l p.xz | tail -1
#### write errors
seq 100000 >a; xz -0c a >/dev/full; echo $?; xz -0k a; xzcat a.xz >/dev/full; echo $?; xzcat a.xz | head -n 1
