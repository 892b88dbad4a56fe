#### fields
printf 'a:b:c\nnone\n' | cut -d: -f2; printf 'a:b:c\nnone\n' | cut -d: -f2- -s; printf 'a:b:c\n' | cut -d: --complement -f2; printf 'a:b:c\n' | cut -d: -f1,3 --output-delimiter=_
#### bytes and characters
echo abcdef | cut -b2-4; echo abcdef | cut -c-2,5-; echo abc | cut -c9; printf 'ab\0cd\0' | cut -z -c2 | od -An -c
#### lines as fields
printf 'a\nb\nc\n' | cut -d $'\n' -f2; printf 'a\nb\nc\n' | cut -d $'\n' -f1,3; printf 'abc\n' | cut -d $'\n' -sf1; printf 'abc' | cut -d $'\n' -f2; printf '' | cut -d $'\n' -f1
#### what is wrong
cut; echo $?; cut -f1 -c1 /dev/null; echo $?; cut -d ab -f1 /dev/null; echo $?; cut -f0 /dev/null; echo $?; cut -f 3-1 /dev/null; echo $?; cut -f1 nofile; echo $?
