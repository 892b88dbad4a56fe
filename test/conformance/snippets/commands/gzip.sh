#### there and back
printf 'hello\n' >a; gzip a; ls; gzip -d a.gz; ls; cat a
#### -c, -k, -f
printf 'hello\n' >a; gzip -c a | gunzip; gzip -k a; ls; gzip a </dev/null; echo $?; gzip -f a; ls; printf new >a; gunzip a.gz </dev/null; echo $?; gunzip -f a.gz; cat a
#### every level round trips
for i in 1 2 3 4 5 6 7 8 9; do seq 20000 | gzip -$i | gunzip | md5sum; done | sort -u; seq 9 | gzip --best | gunzip --stdout | wc -l; seq 9 | gzip --fast | zcat | wc -l
#### members one after the other
{ printf a | gzip; printf b | gzip; } >m.gz; gunzip -c m.gz; echo; printf 'junk' >>m.gz; gzip -dc m.gz; echo " $?"; printf a | gzip >z.gz; head -c 100 /dev/zero >>z.gz; gzip -dc z.gz; echo " $?"
#### -l
printf 'x%.0s' {1..1000} >a; printf hello >b; gzip -n a b; gzip -l a.gz | head -1; gzip -l b.gz; gzip -lq b.gz; gzip -l <b.gz | tail -1
#### -n is reproducible, and bytes of the head
printf hello >a; touch -d @1600000000 a; gzip -nc a | head -c 10 | od -An -tx1; gzip -c a | head -c 12 | od -An -tx1; gzip -9nc a | head -c 10 | od -An -tx1
#### -N restores the name and the time
printf hello >a; touch -d @1600000000 a; gzip -c a >b.gz; gunzip -kN b.gz; stat -c '%n %Y' a; gunzip b.gz; cat b
#### mode and time are kept
printf hello >a; chmod 640 a; touch -d @1600000000 a; gzip a; stat -c '%a %Y %n' a.gz; gunzip a.gz; stat -c '%a %Y %n' a
#### -t, and broken files
printf hello >a; gzip a; gzip -t a.gz; echo $?; head -c 20 a.gz >t.gz; gzip -t t.gz; echo $?; printf junk >j.gz; gzip -t j.gz; echo $?; gzip -dc j.gz; echo $?; gunzip t.gz; echo $?; ls; { head -c 22 a.gz; printf ZZZZ; tail -c 4 a.gz; } >c.gz; gzip -dc c.gz >/dev/null; echo $?; : >e.gz; gzip -dc e.gz; echo $?
#### suffixes
printf 1 >a.txt; gzip -S .zz a.txt; ls; gunzip -S .zz a.txt.zz; printf 1 | gzip >b.tgz; gunzip b.tgz; ls; printf 1 >x.gz; gzip x.gz; echo $?; gunzip a.txt; echo $?; printf 2 | gzip >c.gz; gunzip c; ls
#### what it leaves alone
mkdir d; gzip d; echo $?; printf 1 >a; ln -s a l; gzip l; echo $?; ln a b; gzip a; echo $?; gzip nofile; echo $?; gzip -Q; echo $?; gzip -cf l | gunzip
#### -r
mkdir -p d/e; printf 1 >d/a; printf 2 >d/e/b; gzip -r d; ls -R d; gunzip -r d; ls -R d
#### -v
printf 'x%.0s' {1..1000} >a; gzip -v a 2>&1 | grep -o '[rO].*'; gzip -tv a.gz 2>&1; gunzip -v a.gz 2>&1 | grep -o '[rO].*'
#### messages
printf hello >a; gzip -k a; gzip -k a 2>&1 </dev/null; gunzip nofile 2>&1; gzip -d a 2>&1; mkdir d; gzip d 2>&1; gzip --bad 2>&1
#### zcat
printf 'one\n' | gzip >a.gz; printf 'two\n' | gzip >b.gz; zcat a.gz b; zcat <a.gz; printf plain >p; zcat p; echo $?; zcat -f p; echo " $?"
#### write errors and closed pipes
head -c 200000 /dev/zero >a; gzip -c a >/dev/full; echo $?; seq 200000 | gzip -c | gzip -dc | head -n 1; gzip a; zcat a.gz >/dev/full; echo $?
#### a file of the host
printf '\037\213\010\010\000\000\000\000\000\003name\000\313\110\315\311\311\347\002\000\040\060\072\066\006\000\000\000' >h.gz; gzip -dc h.gz; echo $?
