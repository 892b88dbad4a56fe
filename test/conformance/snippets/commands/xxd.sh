#### a dump
seq 30 | xxd; printf 'abc' | xxd; printf '' | xxd; printf '\000\037\177\200\377 ~' | xxd
#### -c, -g, -u and -l
seq 30 >n; xxd -c 8 -l 20 n; xxd -g 1 -l 16 n; xxd -g 4 -l 18 n; xxd -g 0 -l 17 n; xxd -u -l 20 n; xxd -l 0x10 n; xxd -c 5 -g 3 -l 12 n
#### -s and -o
seq 30 >n; xxd -s 5 -l 10 n; xxd -s -5 n; xxd -s 200 n; xxd -o 256 -l 4 n; xxd -s 0x10 -l 4 <n; seq 30 | xxd -s 60
#### -p
seq 30 >n; xxd -p n; xxd -p -c 10 n; xxd -ps -l 4 n; printf 'AZ\377' | xxd -p -u; printf 'text' | xxd -plain
#### -i
printf 'abc' >a.b-c; xxd -i a.b-c; xxd -i <a.b-c; xxd -i -n my_name a.b-c; xxd -i -C a.b-c; seq 20 >1st; xxd -i 1st; : >e; xxd -i e
#### -b and -e
seq 10 >n; xxd -b n; xxd -b -c 2 -l 4 n; xxd -e -l 16 n; xxd -e -g 2 -l 7 n; xxd -e -l 18 n
#### -r
seq 100 >n; xxd n | xxd -r | md5sum; xxd -p n | xxd -r -p | md5sum; md5sum <n; echo '0010: 41 42' | xxd -r | od -An -c; echo 'zz41 42' | xxd -r -p; echo; echo 4 | xxd -r -p | wc -c; echo '68656c6c6f' | xxd -r -p; echo
#### patching
printf 'abcdef' >f; echo '00000002: 5859' | xxd -r - f; cat f; echo; printf '00: 41\n' | xxd -r - f; cat f; echo
#### -a and -E
head -c 100 /dev/zero | xxd -a; { head -c 16 /dev/zero; printf x; head -c 79 /dev/zero; } | xxd -a; printf '\301\302\303' | xxd -E
#### an output file and errors
seq 9 >n; xxd n o; cat o; xxd nofile; echo $?; xxd -Q n; echo $?; xxd -c 300 n; echo $?; xxd n /nodir/x; echo $?; xxd n >/dev/full; echo $?; seq 100000 | xxd | head -n 1
