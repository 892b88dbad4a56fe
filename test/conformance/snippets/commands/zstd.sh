#### there and back
printf 'hello\n' >a; zstd -q a; ls; zstd -dqf a.zst; cat a; zstd -dc a.zst; zstdcat a.zst a.zst; zstd -c a | unzstd; zstd -q --rm a -f; ls
#### levels round trip
for i in 1 3 9 19; do seq 50000 | zstd -$i | zstd -d | md5sum; done | sort -u; seq 50000 | zstd --fast=3 | zstd -dc | md5sum; seq 9 | zstd --ultra -20 | zstdcat | wc -l; seq 9 | zstd -T0 --long | zstd -d | wc -l
#### -o and names
printf 1 >a; zstd -q a -o b.zst; zstd -dq b.zst; cat b; echo; zstd -dq b.zst -o c; cat c; echo; printf 1 >x; zstd -dq x; echo $?; zstd -q nofile; echo $?; mkdir d; zstd -q d; echo $?
#### existing files
printf 1 >a; zstd -q a; zstd -q a </dev/null; echo $?; zstd -qf a; echo $?; zstd -dq a.zst </dev/null; echo $?; zstd -dqf a.zst; echo $?
#### -t and broken files
printf 'hello\n' | zstd >a.zst; zstd -tq a.zst; echo $?; head -c 12 a.zst >t.zst; zstd -tq t.zst; echo $?; zstd -dc t.zst >/dev/null; echo $?; zstd -dq t.zst; echo $?; ls; printf junkjunk >j.zst; zstd -dcq j.zst; echo $?; zstd -dcf j.zst; echo " $?"; { cat a.zst; printf rest; } | zstd -dc; echo $?
#### -l
printf 'x%.0s' {1..1000} >a; zstd -q a; zstd -l a.zst; cat a.zst a.zst >b.zst; zstd -l b.zst; printf x >y; zstd -l y >/dev/null; echo $?
#### frames one after the other, --no-check
{ printf a | zstd; printf b | zstd --no-check; } | zstd -d; echo; printf 'hello\n' | zstd --no-check | wc -c; printf 'hello\n' | zstd | wc -c
#### -r and several files
mkdir -p d/e; printf 1 >d/a; printf 2 >d/e/b; zstd -qr d; ls -R d; zstd -dqf --rm d/a.zst d/e/b.zst; ls -R d
#### mode and time
printf 1 >a; chmod 640 a; touch -d @1600000000 a; zstd -q a; stat -c '%a %Y' a.zst; rm a; zstd -dq a.zst; stat -c '%a %Y' a
#### write errors and options
seq 100000 >a; zstd -c a >/dev/full; echo $?; zstd -q a; zstdcat a.zst >/dev/full; echo $?; zstdcat a.zst | head -n 1; zstd --foo >/dev/null; echo $?
