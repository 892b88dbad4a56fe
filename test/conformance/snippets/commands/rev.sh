#### lines
printf 'abc\ndef\n' | rev
#### without a newline at the end
printf 'abc' | rev | od -c
#### characters of more than a byte
printf 'héllo\n' | rev
#### empty lines
printf 'a\n\nbc\n' | rev
#### files
printf 'abc\n' > a; printf 'def\n' > b; rev a b
#### a missing file
echo abc > a; rev nosuch a; echo $?
#### a bogus option
rev --bogus; echo $?
#### a path's extension
echo a/b/c.tar.gz | rev | cut -d. -f1 | rev
