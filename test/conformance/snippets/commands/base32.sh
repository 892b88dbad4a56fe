#### encodes
printf 'hello world' | base32
#### decodes
printf 'NBSWY3DPEB3W64TMMQ======' | base32 -d; echo
#### wraps
seq 50 | base32 -w 20 | head -2; seq 50 | base32 -w 0 | wc -l
#### garbage
printf 'NBSWY*3DP' | base32 -di; echo
#### invalid input
printf '!!!' | base32 -d; echo $?
#### a missing file
base32 nosuch; echo $?
