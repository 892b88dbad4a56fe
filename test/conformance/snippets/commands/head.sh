#### lines and bytes
seq 20 | head | tail -1; seq 5 | head -n 2; seq 5 | head -2; echo hello | head -c 3; echo; seq 3 | head -n 0; seq 3 | head -c 0; seq 100 | head -c 1K | wc -c
#### all but the last
seq 5 | head -n -2; printf 'a\nb\nc' | head -n -1; echo abcdef | head -c -3; echo; seq 20 | head -n -0 | tail -1; seq 3 | head -n -9
#### all but the last of much
seq 100000 | head -n -99998; seq 100000 | head -n -5 | tail -1; seq 100000 | head -c -5 | tail -c 3
#### what follows is left
seq 5 > f; { head -n 2; cat; } < f; { head -n 1 > /dev/null; read x; echo "read $x"; head -c 2; } < f
#### headers
echo a > f; echo b > g; head f g; head -q f g; head -v f; echo c | head -v -; head -n 1 f nofile g; echo $?
#### zero terminated
printf 'a\0b\0c\0' | head -z -n 2 | od -An -c
#### old forms
seq 100 | head -3q; seq 1000 | head -1k | wc -c; seq 1000 | head -2b | wc -c; seq 9 | head -2c; echo; head -2x /dev/null; echo $?
#### wrong numbers
head -n x; echo $?; head -c 1Y /dev/null; echo $?; head -n 99999999999999999999 /dev/null; echo $?; head -n; echo $?
#### a directory
head /tmp; echo $?
#### a full device
head -c 100000 /dev/zero > /dev/full 2>e; sed "s/[‘’]/'/g" e; seq 10 | head > /dev/full 2>e; cat e; seq 100000 | head -n 50000 > /dev/full 2>e; sed "s/[‘’]/'/g" e
