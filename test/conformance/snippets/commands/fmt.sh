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
#### lines that cost least
printf 'This is a rather long line of text that should be wrapped. It has two sentences.\nAnd  another line\n\n  An indented paragraph that goes on and on and on until it must be wrapped somewhere.\n  second line\n' > t
fmt -w 20 t; fmt t; fmt -s -w 30 t; fmt -u t; fmt -g 20 -w 30 t; fmt -30 t; seq -s ' ' 200 | fmt -w 33; printf '(see this) and "that thing." Then (more, of it), and so: on; the end! Is it? Yes.\n%.0s' 1 2 3 | fmt -w 40
#### crowns, tags and prefixes
printf '  tag line that is long enough to wrap around here\n    body of it goes on and on until it wraps\n  next\n' > g; fmt -t -w 30 g; fmt -c -w 30 g; printf 'x y\n' | fmt -t; printf '# a comment\n#  more of it\ncode\n# x' | fmt -p '#'; printf ' # a b c d e f g h i j\n # k l\n' | fmt -w 12 -p ' # '; printf '\tq\tw\n\te\n' | fmt | od -c
