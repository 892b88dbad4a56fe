#### tagged and zero ended
echo a > a; md5sum --tag a; md5sum -z a | od -c | tail -2
#### escaped names
echo a > 'a
b'; md5sum a*; md5sum a* > s; md5sum -c s
#### binary
echo a > a; md5sum -b a; md5sum -t a
#### checks
echo a > a; echo b > b; md5sum a b > s; md5sum -c s; rm b; md5sum -c s; echo $?; md5sum -c --ignore-missing s; echo $?
#### malformed lines
printf 'junk\n' > s; md5sum -c s; echo $?
#### some malformed
echo a > a; md5sum a > s; echo junk >> s; md5sum -c s; echo $?; md5sum -c --strict s; echo $?; md5sum -c -w s; echo $?
#### an empty list
: > s; md5sum -c s; echo $?
#### upper case
echo a > a; md5sum a | tr a-f A-F > s; sed -i 's/ A$/ a/' s 2> /dev/null || printf '60B725F10C9C85C70D97880DFE8191B3  a\n' > s; md5sum -c s
#### quiet and status
echo a > a; md5sum a > s; md5sum -c --quiet s; md5sum -c --status s; echo $?
#### options only for checking
md5sum --quiet /dev/null; echo $?; md5sum --strict /dev/null; echo $?
