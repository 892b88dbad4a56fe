#### names and types
mkdir w; cd w
mkdir -p d/e .h; touch a.txt b.TXT d/c.txt d/e/f.c .h/x
find . -name '*.txt' | sort; find . -iname '*.txt' | sort; find . -type d | sort; find . -type f -name '[ab]*' | sort; find . -type f,d | wc -l
#### several roots, missing ones
mkdir w; cd w
mkdir a b; touch a/1 b/2
find a nope b | sort; echo "${PIPESTATUS[*]}"; find a/ b// | sort
#### path, regex, regextype
mkdir w; cd w
mkdir -p src/lib; touch src/a.c src/lib/b.c src/lib/b.h
find . -path './src/*' | sort; find . -path '*lib*' -name '*.c'; find . -regex '.*/[ab]\.c' | sort; find . -regextype posix-extended -regex '\./src/(a|lib/b)\.[ch]' | sort; find . -regex '.*\(a\|b\)\.c' | sort; find . -iregex '.*B\.C'; find . -wholename ./src/a.c
#### depth limits and order
mkdir w; cd w
mkdir -p 1/2/3/4
find 1 -maxdepth 1; find 1 -mindepth 2; find 1 -depth; find 1 -mindepth 1 -maxdepth 2; find 1 -maxdepth 0
#### prune
mkdir w; cd w
mkdir -p keep skip/deep; touch keep/a skip/b skip/deep/c
find . -name skip -prune -o -print | sort; find . -path ./skip -prune -o -type f -print; find . -name skip -prune | sort; find . \( -name skip -o -name nothing \) -prune -o -type f -print
#### operators
mkdir w; cd w
touch a b c d
find . -name a -o -name b | sort; find . ! -name a -type f | sort; find . -not \( -name a -o -name b \) -type f | sort; find . -name a -a -type f; find . -name a -print , -name b -print | sort; find . -false; find . -true -name c; find . ! ! -name d
#### sizes
mkdir w; cd w
printf '%1000d' 1 > k; printf '%2049d' 1 > l; : > z; printf x > one
find . -type f -size 0; find . -size 1c; find . -size -2k -type f | sort; find . -size +2k -type f; find . -size 2k -type f; find . -type f -size +3 | sort; find . -size 1M -type f | sort; find . -size -1M -type f
#### empty
mkdir w; cd w
mkdir e full; touch full/f z; echo x > y
find . -empty | sort; find . -type d -empty; find . -type f ! -empty
#### permissions
mkdir w; cd w
touch a b c; chmod 644 a; chmod 755 b; chmod 600 c
find . -type f -perm 644; find . -type f -perm -111; find . -type f -perm /044 | sort; find . -type f -perm -u=rw | sort; find . -type f -perm u=rw; find . -type f -perm /u=x,g=x; find . -perm -000 | wc -l; find . -type f -executable; find . -type f -readable | wc -l
#### times
mkdir w; cd w
touch -d '2024-01-01 00:00:00' old; touch -d '2024-06-01 00:00:00' mid; touch new
find . -type f -newer mid; find . -type f ! -newer mid | sort; find . -type f -newermt 2024-03-01 | sort; find . -type f ! -newermt '2024-03-01 12:00'; find . -type f -mtime +100 | sort; find . -type f -mtime -1; find . -type f -mmin -5; find . -type f -mtime 0; find . -newermt '1 hour ago' -type f
#### owner and links
mkdir w; cd w
touch a; ln a b; ln -s a s; ln -s nowhere broken
find . -type f -links 2 | sort; find . -samefile a | sort; find . -type l | sort; find . -lname 'a'; find . -user root -type f | sort; find . -group 0 -type f | wc -l; find . -uid 0 | wc -l; find . -nouser; find . -inum $(stat -c %i a) | sort
#### symbolic links
mkdir w; cd w
mkdir real; touch real/f; ln -s real link; ln -s nowhere broken
find link; find link/ | sort; find -L link | sort; find -H link | sort; find . -type l | sort; find -L . -type l; find . -xtype f | sort; find . -xtype l; find -L . -name f | sort; find -P link
#### a loop of links
mkdir w; cd w
mkdir -p a/b; ln -s .. a/b/up
find -L a 2>/dev/null | sort; echo ${PIPESTATUS[0]}; find -L a >/dev/null
#### printf
mkdir w; cd w
mkdir d; printf hello > d/f; chmod 640 d/f; touch -d '2024-03-05 06:07:08.5' d/f; ln -s f d/l
find d -name f -printf '%p %f %h %P %H %s %m %M %u %g %U %G %n %d %y %Y\n'; find d -type l -printf '%f %l %y %Y\n'; find d -name f -printf '%TY-%Tm-%Td %TH:%TM %TS\n%T@\n%t\n%T+\n'; find d -name f -printf '[%10s] [%-10f] [%5.2f]\n'; find d -name f -printf 'a\tb\\c\101%%\n'; find . -maxdepth 0 -printf '%f|%h|%P|%p\n'; find d -name f -printf 'stop\cnever\n'; echo; find d -name f -printf '%#m %k %a' | cut -c1-7
#### print0 and fprint
mkdir w; cd w
touch 'a b' "c
d"
find . -type f -print0 | sort -z | tr '\0' '!'; echo; find . -name 'a*' -fprint out; cat out; find . -name 'a*' -fprintf out2 '%f\n' -fprint0 out3; cat out2; tr '\0' '@' < out3
#### exec
mkdir w; cd w
touch a b
find . -type f -exec echo got {} \; | sort; find . -type f -exec echo {} and {}x \; | sort; find . -type f -exec false \; -print; find . -name a -exec true \; -print; find . -type f -exec sh -c 'echo "$#"' sh {} +; find . -type f -name a -exec echo many {} +
#### exec's exit codes
mkdir w; cd w
touch a
find . -name a -exec false \; ; echo $?; find . -name a -exec false {} +; echo $?; find . -name a -exec nonesuch {} \; ; echo $?
#### execdir
mkdir w; cd w
mkdir -p d/e; touch d/e/f top
find . -name f -execdir sh -c 'echo ${PWD##*/}' \;; find . -name f -execdir echo {} \; ; find . -name top -execdir echo {} +
#### ok
mkdir w; cd w
touch a b
yes | find . -name a -ok echo yes {} \; 2>/dev/null; find . -name a -ok echo no {} \; < /dev/null 2>/dev/null; echo $?
#### delete
mkdir w; cd w
mkdir -p d/e; touch d/x d/e/y z
find d -type f -delete; find . | sort; find d -delete; ls; mkdir -p n/m; find n -name n -delete 2>/dev/null; echo $?; ls
#### quit
mkdir w; cd w
mkdir d; touch d/1 d/2 d/3
find d -type f -print -quit | wc -l; find d -quit; find d -name d -o -quit
#### usage errors
mkdir w; cd w
find . -foo; echo $?; find . -name; echo $?; find . -type q; echo $?; find . \( -name a; echo $?; find . -name a \); echo $?; find . \( \); echo $?; find . -o -name a; echo $?; find . -size 1x; echo $?; find . -exec echo {}; echo $?; find . -maxdepth x; echo $?; find . -perm zz; echo $?; find . -user nosuchuser; echo $?; find . -newer nope; echo $?; find . -name a b; echo $?; find . -mtime x; echo $?
#### special names
mkdir w; cd w
mkdir './-d' 'sp ace' '*'; touch './-d/f' 'sp ace/[x]'
find ./-d; find 'sp ace' -name '[[]x]'; find . -name '\*'; find . -name '*' | wc -l; find -- ./-d -type f; find . -name '?ace' ; find . -name 'sp?ace'
#### classes in patterns
mkdir w; cd w
touch a1 B2 c_ é
find . -name '[[:alpha:]][[:digit:]]' | sort; find . -name '[!a-z]*' -type f | sort; find . -name '?' -type f; find . -name '[a-c][^0-9]'
#### mixed with xargs
mkdir w; cd w
mkdir d; touch d/a d/b 'd/c c'
find d -type f -print0 | sort -z | xargs -0 -n1 echo; find d -type f | wc -l; find d -name a -o -name b -print; find d -type f -name '[ab]' | sort | xargs
#### ls
mkdir w; cd w
printf hello > f; touch -d '2020-02-03 04:05' f
find f -ls | while read -r inode blocks rest; do echo $rest; done
#### depth first with prune and mindepth
mkdir w; cd w
mkdir -p a/b; touch a/b/c
find a -depth -name b -prune -o -print; find a -mindepth 1 -depth; find a -d -type d
