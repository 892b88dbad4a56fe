#### a threshold
head -c 5000 /dev/zero > a; head -c 10 /dev/zero > b; du -b -t 1000 a b; du -b -t -1000 a b
#### inodes
mkdir -p d/e; touch d/a d/e/b; du --inodes d | sort
#### a list of files
head -c 10 /dev/zero > a; printf 'a\0' | du -b --files0-from=-
#### apparent sizes
head -c 5000 /dev/zero > a; du -b a; du --apparent-size a; du --apparent-size -h a; du -B 1 --apparent-size a
#### errors
du nosuch; echo $?; du -s -a .; echo $?; du --bogus; echo $?
