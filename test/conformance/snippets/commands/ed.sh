Scripts recorded with GNU ed 1.19.

#### append, print, number, write
printf 'a\none\ntwo\nthree\n.\n1,$p\n,n\n2\n$=\n.=\nw f\nq\n' | ed; cat f
#### insert, change, delete
printf '1\n2\n3\n4\n' > f; printf '2i\nx\n.\n4c\ny\nz\n.\n1d\n,p\nw\nq\n' | ed -s f; cat f
#### substitute
printf 'foo bar foo\nabc\n' > f; printf '1s/foo/X/g\np\n2s/\\(a\\)\\(b\\)/\\2\\1/p\ns/c/[&]/n\n1,$s/b/B/\n,p\nu\n,p\nQ\n' | ed -s f
#### search and offsets
seq 10 > f; printf '/5/p\n?3?p\n//p\n.+2p\n$-1,$p\n3,+2n\n;p\n-\n' | ed -s f
#### move, copy, join, marks
seq 6 > f; printf '2,3m5\n,p\n1t$\n$p\n1,3j\n1p\n2ka\n$\n'"'"'ap\nw g\nq\n' | ed -s f; cat g
#### global commands
printf 'a1\nb\na2\nc\n' > f; printf 'g/a/s//X/p\nv/X/d\n,p\ng/X/a\\\nnew\n,n\nQ\n' | ed -s f
#### reading and writing
printf 'x\n' > f; printf 'y\n' > g; printf 'r g\n,p\nw\n1w h\nW h\nf\nr !echo cmd\n$p\nq\nq\n' | ed f 2>/dev/null; cat h
#### errors
printf '5p\nfoo\nh\ns/x/y/\nH\nd\nq\n' | ed -s /dev/null 2>/dev/null; echo $?; ed -s missing < /dev/null 2>/dev/null; echo $?; printf 'a\nx\n.\nq\nq\n' | ed 2>/dev/null; echo $?
#### listing and the prompt
printf 'a\tb\\\n' > f; printf 'l\nP\np\nQ\n' | ed -s -p '> ' f
#### a script of diff
printf 'a\nb\nc\n' > x; printf 'a\nB\nc\nd\n' > y; (diff -e x y; echo w) | ed -s x; cmp x y && echo same
