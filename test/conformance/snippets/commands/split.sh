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
