#### parts
seq 10 > f; split -n 3 f; ls x*; cat x* | md5sum; md5sum < f
#### lines
seq 10 | split -l 4; ls; cat xac
#### bytes
printf abcdefgh | split -b 3; ls; cat xaa; echo
#### lines of parts
seq 10 > f; split -n l/3 f; wc -l x* | tail -1; split -n r/3 f y; cat yaa
#### suffixes
seq 4 | split -l 1 -d; ls; seq 4 | split -l 2 -a 3 - p; ls p*
#### numbers from, and additional suffix
seq 4 | split -l 2 --numeric-suffixes=5 --additional-suffix=.txt; ls
#### line bytes
printf 'aaa\nbbb\ncc\n' | split -C 8; ls; cat xab
#### verbose
seq 2 | split -l 1 --verbose
#### a missing file
split nosuch; echo $?
#### wrong numbers
split -l 0 /dev/null; echo $?; split -b x /dev/null; echo $?; split -n 0 /dev/null; echo $?
#### suffixes run out
seq 30 | split -l 1 -a 1; echo $?; ls | wc -l
#### filters
seq 10 > f; split -n l/3 --filter='cat > $FILE.x' f; ls; cat xab.x; split -l 4 --filter='wc -l; echo $FILE' f; split -l 5 --verbose --filter='cat >/dev/null' f
#### filters that fail, or read enough
seq 3 | split -l 1 --filter 'exit 3'; echo $?; seq 10 | split -l 5 --filter='kill -9 $$'; echo $?; yes | head -30000 | split -l 10000 --filter='head -n1'; echo $?
#### one chunk to standard output
seq 10 > f; split -n 2/3 f; split -n l/2/3 f; split -n r/2/3 f; split -n 4/3 f; echo $?; split --filter=cat -n 1/2 f; echo $?; ls
#### chunks of lines
seq 97 > f; for n in 1 2 3 5 8; do split -n l/$n f; md5sum x*; rm x*; split -n l/$n/$n f | md5sum; done; seq 3 > k; split -n 5 k; wc -c x*; rm x*; split -n 10 -e k; ls
#### suffixes that grow
seq 95 | split -l 1 -d; ls | tail -2; rm x*; seq 660 | split -l 1; ls | wc -l; ls | tail -2; rm x*; seq 250 | split -l 1 -x; ls | tail -2
#### suffixes that start later
seq 10 > f; split -l 5 --hex-suffixes=9 f; split -n 3 --numeric-suffixes=98 f; split -n 3 --numeric-suffixes=99 f; echo $?; split -n 3 --numeric-suffixes=998 f; echo $?; split -n 120 --numeric-suffixes=5 f y; ls | sed -n '1,4p;$p'
#### separators and long lines
printf 'a:b:c' | split -t : -l 2; cat xaa; echo; cat xab; echo; printf 'a\nbbbbbbbbbbbbbbbbbbbbb\nbb\nc' | split -C 8; for f in x*; do echo "$f $(wc -c < $f)"; done; printf 'a\0b\0c\0' | split -t '\0' -l 1 - n; ls n*
#### more wrong command lines
seq 3 > f; for o in '-a 0 -n 30' '-a 1 -n 30' '-n 3 -b 3' '-t ab' '-C 0' '-b 1q' '-n l/0' '--numeric-suffixes=x' '--additional-suffix=a/b' '-12 -l 3'; do split $o f 2>/dev/null; echo "$o $?"; rm -f x*; done; split a b c; echo $?
