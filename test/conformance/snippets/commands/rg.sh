#### basic
mkdir w; cd w
mkdir -p d/e; printf 'foo bar\nbaz\nFoo\n' > d/a.txt; printf 'foo\n' > d/e/b.rs; rg --sort path foo d; rg -n foo d/a.txt; rg -i foo d/a.txt; rg -S Foo d/a.txt; rg -c --sort path foo d; rg -l --sort path foo d; rg -v foo d/a.txt; rg zzz d; echo $?
#### only matching, words, fixed
mkdir w; cd w
printf 'foo.bar foo\nfoobar\n' > f; rg -o foo f; rg -w foo f; rg -F foo. f; rg -x foobar f; rg -on foo f; rg -e foo -e bar -c f; rg 'fo{2}\b' f; rg -o -b bar f; rg --column foo f; rg --vimgrep bar f
#### context and limits
mkdir w; cd w
seq 10 > f; rg -A1 5 f; rg -B1 -n 5 f; rg -C1 '^[28]$' f; rg -m1 1 f; rg -A1 --context-separator=XX '^[28]$' f
#### files and types
mkdir w; cd w
mkdir -p s; touch s/a.py s/b.rs s/c.txt s/.h; rg --files --sort path s; rg --files -t py s; rg --files -T py --sort path s; rg --files --hidden --sort path s; rg --files -g '*.rs' s; rg --files -g '!*.rs' --sort path s; rg --files -g '*.{py,txt}' --sort path s; rg -t nosuch x s; echo $?; rg --type-list | grep "^zig:"
#### gitignore
mkdir w; cd w
mkdir -p p/.git p/build p/src; echo build/ > p/.gitignore; echo '*.log' >> p/.gitignore; echo foo > p/build/x; echo foo > p/src/y; echo foo > p/z.log; echo foo > p/.hid; cd p; rg --sort path foo .; rg --sort path --no-ignore foo .; rg --sort path --hidden foo . -g '!.git' -g '!.gitignore'; rg -uu --sort path foo . ; echo '!z.log' > .ignore; rg -l --sort path foo .
#### replace and heading
mkdir w; cd w
printf 'a=1\nb=2\n' > f; rg '(\w)=(\d)' -r '$2:$1' f; rg -o '(\w)=' -r '$1' f; rg --heading -n a ./f; rg --no-heading -H a f; rg --color always a f | od -c | head -4; rg -I a f f; rg --no-line-number a f; rg -0 -l a f | tr '\0' @; rg --passthru b f; rg -N b f
#### standard input
mkdir w; cd w
echo foo | rg foo; echo foo | rg foo -; printf 'a\nb\n' | rg -n b; printf 'a\nb\n' | rg -c .; printf 'x\n' | rg -q x; echo $?; printf 'x\n' | rg -q y; echo $?
#### errors
mkdir w; cd w
echo a > f; rg '(' f; echo $?; rg a nope; echo $?; rg a f nope; echo $?; rg --nope a f; echo $?; rg -A x a f; echo $?; rg 'a{2' f; echo $?; rg '(?=a)' f; echo $?
#### json
mkdir w; cd w
printf 'foo bar\n' > f; rg --json foo f | head -2 | jq -c '[.type, .data.path.text, (.data.submatches//[])[0].match.text]'
#### multiline and pcre
mkdir w; cd w
printf 'a\nb\nc\nab\nabab\n' > f; rg -U 'a\nb' f; rg -U --multiline-dotall 'b.c' f; rg -P '(ab)\1' f; rg -P 'a(?=b)' f; rg -oP '(?<=a)b' f; rg --engine auto '(ab)\1' f; rg -P '(' f; echo $?
#### binary and encodings
mkdir w; cd w
printf 'foo\0bar\nfoo\n' > b; rg foo b; rg -a foo b | tr '\0' @; rg -c foo b; printf '\377\376f\0o\0o\0\n\0' > u16; rg foo u16; rg -l foo b u16 --sort path
#### counts
mkdir w; cd w
printf 'a a\na\n' > f; rg -c a f; rg --count-matches a f; rg --files-without-match z f; rg --max-depth 1 -l a .; rg -l --sort path a . -j 4; rg --stats a f | head -4; rg -L -l a .
