#### file systems
stat -f -c '%l' /tmp | wc -l; stat -f nosuch; echo $?; stat -f /tmp | wc -l
#### quoted names
touch 'a b' c; ln -s c l; stat -c %N 'a b' c l; stat --printf '%N\n' l
#### times
touch -d '2020-01-02 03:04:05.123456789' f; stat -c '%y %Y %.3Y' f; stat -c %x f
#### widths
printf hello > f; chmod 640 f; stat -c '%10s|%-10s|%010s|%#a|%04a' f
#### a percent at the end
touch f; stat -c '%' f
#### errors
stat; echo $?; stat nosuch; echo $?; stat --bogus; echo $?
