#### binary junk as a script
printf '\177ELF\001\002\003\0\0\0junk\0\377\376\n' > j; chmod +x j; ./j 2>/dev/null; echo $?; bash ./j 2>/dev/null; echo $?; printf '\0\0\0\0' > z; chmod +x z; ./z 2>/dev/null; echo $?
#### text that is no program
printf '(((((\n' > a; bash a 2>/dev/null; echo $?; printf 'if\n' > b; bash b 2>/dev/null; echo $?; printf 'echo "open\n' > c; bash c 2>/dev/null; echo $?; printf 'cat <<E\nno end\n' > d; bash d 2>/dev/null; echo $?; printf '}\n' > e; bash e 2>/dev/null; echo $?; printf 'a b c (\n' > f; bash f 2>/dev/null; echo $?; : > g; bash g; echo $?
#### interpreters that are not there
printf '#!/no/such/interpreter\n' > a; chmod +x a; ./a 2>/dev/null; echo $?; printf '#!\n' > b; chmod +x b; ./b 2>/dev/null; echo $?; printf '#!/bin/sh\r\necho x\r\n' > c; chmod +x c; ./c 2>/dev/null; echo $?; printf '#! /bin/sh -e\nfalse\necho never\n' > d; chmod +x d; ./d; echo $?
#### carriage returns and no last newline
printf 'echo one\r\n' > a; bash a | od -c | head -n 1; printf 'echo last' > b; bash b; printf 'exit 3\n\0\0binary after exit\377' > c; bash c; echo $?; printf 'echo a\0b\n' > d; bash d 2>/dev/null
#### very long words, lines and lists
x=$(printf 'a%.0s' $(seq 100000)); echo ${#x}; eval "y='$x'"; [ "$x" = "$y" ] && echo same; s=$(printf 'echo %d;' $(seq 3000)); eval "$s" | tail -n 1; a=($(seq 20000)); echo ${#a[@]} ${a[19999]}; set -- "${a[@]}"; echo $#; case $x in *b*) echo b ;; a*a) echo aa ;; esac
#### a hundred thousand arguments
/bin/echo $(seq 30000) | wc -c; printf '%s\n' $(seq 100000) | tail -n 1; f() { echo $#; }; f $(seq 100000); seq 100000 | xargs echo | wc -l > /dev/null; echo $(seq 100000) | wc -w
#### more arguments than there is room for
/bin/echo $(seq 1000000) > /dev/null 2>&1; echo $?;  echo still here
#### numbers out of range
echo $((9223372036854775807 + 1)); (echo $((1 / 0))) 2>/dev/null; echo "code $?"; bash -c 'echo $((1 % 0))' 2>/dev/null; echo $?; (exit 256); echo $?; (exit -1); echo $?; bash -c 'exit abc' 2>/dev/null; echo $?; bash -c 'return 1' 2>/dev/null; echo $?; seq 9223372036854775806 9223372036854775807; printf '%d\n' 99999999999999999999 2>/dev/null; echo $?; sleep 0; [ 99999999999999999999 -gt 1 ] 2>/dev/null; echo $?
#### names that are none
bash -c '1a=2' 2>/dev/null; echo $?; bash -c 'export 1a=2' 2>/dev/null; echo $?; bash -c 'read 1a' 2>/dev/null < /dev/null; echo $?; bash -c 'unset 1-a' 2>/dev/null; echo $?; bash -c 'readonly x=1; x=2; echo never' 2>/dev/null; echo $?; bash -c 'for 1a in x; do :; done' 2>/dev/null; echo $?; bash -c 'f-g() { echo ok; }; f-g'; bash -c 'local x=1' 2>/dev/null; echo $?; bash -c 'cd' ; echo $?; bash -c 'shift 5; echo $?'; bash -c 'break; echo $?' 2>/dev/null
#### a sparse file of 500 megabytes
dd if=/dev/zero of=s bs=1 count=0 seek=500000000 2>/dev/null; stat -c %s s; wc -c < s; ls -l s | tr -s ' ' | cut -d' ' -f5; tail -c 3 s | od -An -tx1; head -c 2 s | od -An -tx1; du s | cut -f1; echo end >> s; tail -c 4 s; [ -s s ] && echo big
