#### a part
seq 100 > f; hd -s 16 -n 20 f
#### canonical
printf 'hello world\n' | hd
#### squeezes
head -c 64 /dev/zero | hd
#### a missing file
hd nosuch; echo $?
