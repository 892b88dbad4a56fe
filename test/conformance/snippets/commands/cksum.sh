#### crc
printf 'hello\n' > f; cksum f; cksum < f
#### an empty file
: > f; cksum f; sum f; sum -s f
#### a long input
seq 100000 | cksum
#### algorithms
printf 'hello\n' > f; for a in bsd sysv crc md5 sha1 sha224 sha256 sha384 sha512 blake2b; do cksum -a $a f; done
#### untagged
printf 'hello\n' > f; cksum -a sha256 --untagged f
#### checks what it wrote
printf 'hello\n' > f; cksum -a sha256 f > s; cksum -c s; echo x >> f; cksum -c s; echo $?
#### lengths of blake2b
printf 'hello\n' > f; cksum -a blake2b -l 128 f
#### several files
echo a > a; echo b > b; cksum a b
#### a missing file
cksum nosuch; echo $?
#### an unknown algorithm
cksum -a foo; echo $?
#### no checking of crc
cksum -c -a crc /dev/null; echo $?
