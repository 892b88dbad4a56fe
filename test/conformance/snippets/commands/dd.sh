#### blocks
printf 'hello world' | dd bs=4 count=2 status=none; echo
#### skip and seek
printf abcdef > i; dd if=i of=o bs=2 skip=1 count=1 status=none; dd if=i of=o bs=1 seek=4 count=2 conv=notrunc status=none; od -c o
#### truncates behind the seek
printf 123456789 > o; printf ab | dd of=o bs=1 seek=3 status=none; cat o; echo
#### bytes instead of blocks
printf abcdefgh > i; dd if=i skip=2B count=3B status=none; echo; dd if=i iflag=skip_bytes,count_bytes skip=1 count=2 status=none; echo
#### letters
printf 'aBc' | dd conv=ucase status=none; printf 'aBc' | dd conv=lcase status=none; echo
#### swapped
printf abcde | dd conv=swab status=none; echo
#### padded
printf abc | dd bs=8 conv=sync status=none | od -c
#### records
printf 'ab\ncdef\n' | dd cbs=5 conv=block status=none; echo; printf 'ab   cdef ' | dd cbs=5 conv=unblock status=none
#### truncated records
printf 'abcdefgh\nij\n' | dd cbs=4 conv=block status=none; echo
#### ebcdic and back
printf 'Hello, 1' | dd conv=ebcdic status=none | od -An -tx1; printf 'Hello, 1' | dd conv=ebcdic status=none | dd conv=ascii cbs=8 status=none
#### reports records
printf abcde | dd bs=2 status=noxfer of=/dev/null; dd if=/dev/zero bs=1k count=3 status=noxfer of=/dev/null; echo $?
#### gathers output
printf abcdefg | dd ibs=1 obs=3 status=noxfer of=o; cat o; echo
#### full blocks from a pipe
(printf ab; sleep 0.1; printf cd) | dd bs=4 count=1 iflag=fullblock status=none; echo
#### numbers
dd if=/dev/zero bs=2x3 count=1 status=none | wc -c; dd if=/dev/zero bs=1K count=1 status=none | wc -c; dd if=/dev/zero bs=1kB count=1 status=none | wc -c; dd if=/dev/zero bs=1b count=1 status=none | wc -c
#### appends
printf ab > o; printf cd | dd of=o oflag=append conv=notrunc status=none; cat o; echo
#### must not exist, must exist
touch o; dd of=o conv=excl status=none < /dev/null; echo $?; dd of=nosuch conv=nocreat status=none < /dev/null; echo $?
#### sparse
printf 'a\0\0\0\0\0\0\0' | dd bs=4 conv=sparse of=o status=none; od -c o
#### a missing file
dd if=nosuch status=none; echo $?
#### a full disk
dd if=/dev/zero of=/dev/full bs=1 count=1 status=none; echo $?
#### wrong operands
dd foo; echo $?; dd bs=x; echo $?; dd bs=0; echo $?; dd conv=foo; echo $?; dd status=foo; echo $?; dd iflag=foo; echo $?; dd conv=lcase,ucase; echo $?
