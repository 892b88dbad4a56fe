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
#### round away from zero, and by other rules
for r in up down from-zero towards-zero nearest; do numfmt --round=$r --to=si 1234 -1234 12.5 999999; done
#### formats with width, zeros, sign and text
for f in %f %10f %-10f %010f %.2f %10.3f 'a%fb' '%%%f' '%f%%' '%.0f'; do numfmt --format="$f" --to=iec-i 1234567 -1023; done
#### formats that make no sense
for f in % %d no %f%f '%.-1f' '%+f'; do numfmt --format="$f" 5; echo $?; done
#### fields and headers
printf 'h1 h2\n1000 2000\n  3000 4000\n' > f; numfmt --header --field=2 --to=si < f; numfmt --header --field=- --to=iec --padding=8 < f; numfmt --field=1,2 --invalid=ignore --to=si < f
#### numbers that make no sense
for n in 1e3 1.  abc -- --5 1KB; do numfmt --from=si -- "$n"; echo $?; done; numfmt --from=iec-i 1K 1Ki; numfmt --to=si 1000 x 2000; echo $?; numfmt --invalid=fail --to=si 1000 x 2000; echo $?
#### units
numfmt --to-unit=1K 5000; numfmt --from-unit=1Ki 5; numfmt --from-unit=512 --to=si 4; numfmt --suffix=B --to=si 1000 5B; numfmt -d: --field=2 --to=iec 1:2048:3
