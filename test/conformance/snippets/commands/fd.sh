#### patterns
mkdir w; cd w
mkdir -p src/lib .hid; touch a.txt src/b.rs src/lib/c.RS .hid/x Foo; fd; fd b; fd '\.rs$'; fd -i '\.rs$'; fd -s foo; fd Foo; fd foo; fd . src; fd -H x; fd zzz; echo $?
#### globs, extensions, types
mkdir w; cd w
mkdir -p d/e; touch d/a.py d/b.txt d/e/c.py; ln -s a.py d/l; : > d/empty; echo x > d/a.py; fd -g '*.py'; fd -e py; fd -e py -e txt; fd -t d; fd -t f; fd -t l; fd -t e; fd -t f -t l; fd -g 'a*' d; fd -F .py; chmod +x d/b.txt; fd -t x; fd -t q; echo $?
#### depth and exclude
mkdir w; cd w
mkdir -p 1/2/3; touch 1/a 1/2/b 1/2/3/c; fd -d 1; fd -d 2; fd --min-depth 3; fd --exact-depth 2; fd -E 2; fd -E '*.c' -E 3; fd --max-results 1 | wc -l
#### ignore files
mkdir w; cd w
mkdir -p .git node; touch keep skip.log node/x; printf '*.log\nnode/\n' > .gitignore; fd; fd -I; fd -u | grep -v '^.git'; echo keep > .fdignore; fd; fd -H -E .git; fd --no-ignore-vcs
#### paths
mkdir w; cd w
mkdir -p a/b; touch a/b/f; fd -p 'a/b'; fd f a; fd . a/b; test "$(fd -a f)" = "$PWD/a/b/f" && echo same; fd f ./a; fd f nope; echo $?; fd a/b; echo $?; fd -0 f | tr '\0' @; fd --search-path a f; fd --base-directory a f
#### exec
mkdir w; cd w
mkdir d; touch d/a.txt d/b.txt; fd -e txt -x echo got | sort; fd -e txt -x echo {} {/} {//} {.} {/.} | sort; fd -e txt -X echo; fd -e txt -X echo all {} end; fd a.txt -x false; echo $?; fd -e txt -x echo {}x \; | sort
#### sizes and times
mkdir w; cd w
printf '%2000d' 1 > big; : > zero; touch -d '2020-01-01' old; fd -S +1k; fd -S 0b; fd -S -10b -t f; fd --changed-before 2021-01-01; fd --changed-within 1h -t f; fd -S x; echo $?
#### errors and quiet
mkdir w; cd w
touch f; fd -q f; echo $?; fd -q zzz; echo $?; fd '('; echo $?; fd --nope; echo $?; fd -g '['; echo $?; fd -d x; echo $?
