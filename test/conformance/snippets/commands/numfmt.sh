#### to iec
numfmt --to=iec 1024 2048 1500000; numfmt --to=iec-i 1024
#### from
numfmt --from=iec 1K 1M; numfmt --from=si 1K; numfmt --from=auto 1Ki 1K
#### fields
printf 'a 1024 b\n' | numfmt --field=2 --to=iec; printf 'a:2048\n' | numfmt -d: --field=2 --to=iec
#### padding and format
numfmt --padding=8 5; numfmt --padding=-8 5 | od -c; numfmt --format='%10.2f' 3.14159
#### rounding
numfmt --to=iec --round=up 1025; numfmt --to=iec --round=down 1535; numfmt --to=iec --round=nearest 1100
#### headers
printf 'SIZE\n1024\n' | numfmt --header --to=iec
#### units
numfmt --to-unit=1024 4096; numfmt --from-unit=512 4
#### invalid numbers
numfmt foo; echo $?; numfmt --invalid=ignore foo; echo $?; numfmt --invalid=warn foo 1; echo $?
