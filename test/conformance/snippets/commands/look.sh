#### a prefix
printf 'apple\nbanana\nband\ncat\n' > w; look ban w
#### nothing found
printf 'apple\ncat\n' > w; look b w; echo $?
#### ignoring case
printf 'Apple\napply\nBanana\n' > w; look -f app w
#### dictionary order
printf "can't\ncant\ncar\n" > w; look -d cant w
#### the first and the last line
printf 'a\nb\nc\n' > w; look a w; look c w
#### up to a character
printf 'a:1\na:2\nb:3\n' > w; look -t : a:9 w
#### a long list
seq 10000 99999 > w; look 5432 w | wc -l; look 5432 w | head -1
#### a missing file
look x nosuch; echo $?
#### no word
look; echo $?
