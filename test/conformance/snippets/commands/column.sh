#### table
printf 'a b\nccc ddddd e\nf\n' | column -t
#### fills columns
seq 30 | column -c 40
#### fills rows
seq 30 | column -x -c 40
#### a list that fits on one line
printf 'a\nb\nc\n' | column
#### too wide for one
printf 'aaaaaaaaaaaa\nbbbb\n' | column -c 10
#### a separator
printf 'a:b::c\nddd:e\n' | column -t -s:; printf 'a,b;c\n' | column -t -s ',;'
#### an output separator
printf 'a b\nccc d\n' | column -t -o ' | '; printf 'root:x:0\nbin:x:1\n' | column -t -s: -o,
#### headings
printf 'a 1\nbb 22\n' | column -t -N NAME,SIZE; printf 'a 1\n' | column -t -d -N A,B
#### right aligned
printf 'a 1\nbb 22\n' | column -t -R 2; printf 'a 1\nbb 22\n' | column -t -N N,S -R S
#### hidden and reordered
printf 'a b c\nd e f\n' | column -t -N X,Y,Z -H Y; printf 'a b c\nd e f\n' | column -t -N X,Y,Z -O Z,X
#### json
printf 'a 1\nb 2\n' | column -J -N name,size; printf 'x\n' | column -J -n tab -N q
#### empty lines
printf 'a b\n\nc d\n' | column -t; printf 'a b\n\nc d\n' | column -t -L
#### a limit
printf 'a b c d\ne f g h\n' | column -t -l 2
#### nothing
printf '' | column -t; printf '' | column; echo $?
#### a missing file
column nosuch; echo $?
#### wide characters count once
printf 'é b\nccc d\n' | column -t
#### mount like lists
printf 'key = value\nlong.key = v2\n' | column -t -s=
