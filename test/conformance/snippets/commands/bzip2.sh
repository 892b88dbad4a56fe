#### there and back
printf 'hello\n' >a; bzip2 a; ls; bunzip2 a.bz2; cat a; bzip2 -k a; ls; bzip2 -dc a.bz2; bzcat a.bz2 a.bz2
#### bytes are the library's
printf 'hello\n' | bzip2 | od -An -tx1 | head -3; seq 50000 | bzip2 -9 | md5sum; seq 50000 | bzip2 -1 | md5sum; : | bzip2 | od -An -tx1
#### levels round trip
for i in 1 5 9; do seq 100000 | bzip2 -$i | bunzip2 | md5sum; done | sort -u
#### existing files, -f
printf 1 >a; bzip2 -k a; bzip2 -k a; echo $?; bzip2 -fk a; echo $?; bunzip2 a.bz2; echo $?; bunzip2 -f a.bz2; echo $?; ls
#### broken files
printf 'hello\n' | bzip2 >a.bz2; head -c 20 a.bz2 >t.bz2; bzip2 -t t.bz2; echo $?; bzip2 -d t.bz2; echo $?; ls; printf junk >j.bz2; bzip2 -dc j.bz2; echo $?; bzip2 -t j.bz2; echo $?; { cat a.bz2; printf rest; } >g.bz2; bzip2 -dc g.bz2; echo $?; { cat a.bz2; head -c 8 /dev/zero; } | bzip2 -dc; echo $?
#### names
printf 1 | bzip2 >a.tbz2; bunzip2 a.tbz2; ls; printf 1 | bzip2 >b.x; bunzip2 b.x; ls; printf 2 >c.bz2; bzip2 c.bz2; echo $?; bzip2 nofile; echo $?; mkdir d; bzip2 d; echo $?; bzip2 --foo; echo $?
#### messages
bzip2 nofile 2>&1; printf 1 >a; bzip2 -k a; bzip2 -k a 2>&1; mkdir d; bzip2 d 2>&1; printf 'x%.0s' {1..1000} >b; bzip2 -v b 2>&1; bunzip2 -v b.bz2 2>&1; bzip2 -k a.bz2 2>&1
#### several members, mode and time
{ printf a | bzip2; printf b | bzip2; } | bzip2 -d; echo; printf 1 >a; chmod 600 a; touch -d @1600000000 a; bzip2 a; stat -c '%a %Y' a.bz2; bunzip2 a.bz2; stat -c '%a %Y' a
#### write errors
seq 100000 >a; bzip2 -c a >/dev/full; echo $?; bzip2 -k a; bzcat a.bz2 >/dev/full; echo $?; bzcat a.bz2 | head -n 1
