#### a part
printf 0123456789abcdef > f; hexdump -C -s 4 -n 6 f; hexdump -s 0x2 -n 4 -c f
#### two bytes
printf 'hello world\n' | hexdump
#### canonical
printf 'hello world\001\377 this is a test\nfoo' | hexdump -C
#### characters
printf 'a\tb\n\0\033é' | hexdump -c
#### octal and decimal
printf 'hello world' | hexdump -b; printf 'hello world' | hexdump -d; printf 'hello world' | hexdump -o; printf 'hello world' | hexdump -x
#### repeated lines
head -c 100 /dev/zero | hexdump -C; head -c 100 /dev/zero | hexdump -vC
#### a format of bytes
printf 'hello' | hexdump -v -e '1/1 "%02x"'; echo; printf 'hello' | hexdump -e '/1 "%02X "'; echo
#### lines of a format
printf 'hello world, hello' | hexdump -e '8/1 "%02x " "\n"'
#### addresses
printf 'hello world' | hexdump -e '"%04_ad: " 4/1 "%3u " "\n"'
#### numbers of four bytes
printf '\1\0\0\0\377\377\377\377' | hexdump -e '1/4 "%d " "%u\n"'
#### text
printf 'ab\0\n' | hexdump -e '4/1 "%_p"' -e '"\n"'; printf 'a\n\0\177' | hexdump -e '4/1 "%_u "'; echo
#### nothing
printf '' | hexdump; printf '' | hexdump -C
#### several files
printf abc > a; printf defg > b; hexdump -C a b
#### a missing file
hexdump nosuch; echo $?; printf a > a; hexdump nosuch a; echo $?
#### a bad format
printf a | hexdump -e 'foo'; echo $?; printf a | hexdump -e '"%z"'; echo $?
#### hd is the canonical form
printf 'hello\n' | hd
