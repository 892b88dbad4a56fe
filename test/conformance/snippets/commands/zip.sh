#### add, list and extract
mkdir d; printf hello >a; printf 'x%.0s' {1..500} >d/b; zip -r t.zip a d; unzip -Z1 t.zip; mkdir o; unzip t.zip -d o; cat o/a; ls -R o
#### -q, -j, -D and names without .zip
mkdir -p d/e; printf 1 >d/e/f; zip -qr t d; ls t.zip; zip -rj j.zip d; zip -rD n.zip d; unzip -Z1 n.zip
#### -0, -9 and what is not made smaller
printf 'x%.0s' {1..500} >a; printf ab >b; zip -0 s.zip a; zip -9 n.zip a b
#### updating, -u and -f
printf 1 >a; printf 2 >b; touch -d @1600000000 a b; zip -q t.zip a; zip t.zip a; zip -u t.zip a b; printf 3 >a; zip -u t.zip a b; unzip -p t.zip a; echo; touch -d '2040-01-01' b; zip -f t.zip; unzip -Z1 t.zip
#### -d
printf 1 >a; printf 2 >b; printf 3 >c.txt; zip -q t.zip a b c.txt; zip -d t.zip a '*.txt'; unzip -Z1 t.zip; zip -d t.zip nothing; echo $?
#### -m moves
mkdir d; printf 1 >d/a; zip -rm t.zip d; ls; unzip -p t.zip d/a
#### -x, -i and -@
mkdir d; touch d/a.c d/b.o d/c.h; zip -r t.zip d -x '*.o'; zip -r u.zip d -i '*.c' '*.h'; printf 'd/a.c\nd/b.o\n' | zip v.zip -@
#### -y keeps links
printf 1 >a; ln -s a l; zip -y t.zip l; mkdir o; unzip t.zip -d o; readlink o/l; zip -q f.zip l; unzip -p f.zip l
#### standard input and output
printf hello | zip -q t.zip -; unzip -p t.zip -; echo; printf hello >a; zip -q - a >u.zip; unzip -p u.zip a; seq 100000 | zip -q - - >big.zip; unzip -p big.zip | md5sum
#### nothing to do, wrong options
zip t.zip nofile; echo $?; printf 1 >a; zip t.zip a nofile; echo $?; zip --foo t.zip a; echo $?; printf junk >j.zip; zip j.zip a >/dev/null; echo $?; zip nodir/t.zip a >/dev/null; echo $?; zip -d none.zip a; echo $?
#### large files round trip
seq 100000 >a; zip t.zip a | cut -d'(' -f1; mkdir o; unzip -q t.zip -d o; md5sum <a; md5sum <o/a; unzip -t t.zip
#### absolute names
printf 1 >a; zip -q t.zip "$PWD/a" ./a; unzip -Z1 t.zip | grep -c '^/'
