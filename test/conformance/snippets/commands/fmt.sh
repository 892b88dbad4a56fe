#### joins lines
printf 'a\nb\nc\n\nd\n' | fmt
#### a prefix
printf '# a\n# b\nc\n' | fmt -p '#'
#### uniform spacing
printf 'a  b   c.  d\n' | fmt -u
#### indentation is kept
printf '  a\n  b\nc\n' | fmt
#### a missing file
fmt nosuch; echo $?
#### a bad width
fmt -w x < /dev/null; echo $?
