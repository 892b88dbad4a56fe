#### codes for files that do not exist
for c in 'cat n' 'head n' 'tail n' 'wc n' 'sort n' 'uniq n' 'cut -f1 n' 'tac n' 'nl n' 'od n' 'fold n' 'paste n' 'comm n n' 'join n n' 'cp n d' 'mv n d' 'rm n' 'rmdir n' 'ls n' 'stat n' 'du n' 'chmod 644 n' 'touch n/x' 'mkdir n/x' 'ln n x' 'readlink n' 'md5sum n' 'grep x n' 'base64 n' 'tee n/x' 'realpath n/x' 'mktemp n/XXXX'; do $c > out 2> err < /dev/null; echo "$c [$?] $(grep -c . err)"; done
#### codes for files that do not exist, of filters and archives
for c in 'diff n n' 'cmp n n' 'sed p n' 'awk 1 n' 'find n' 'gzip n' 'tar tf n' 'patch -i n' 'jq . n' 'sqlite3 n/x .tables' 'xz -k n' 'unzip n' 'envsubst n'; do case $c in sqlite*|patch*|envsubst*|awk*|jq*) continue ;; esac; $c > out 2> err < /dev/null; echo "$c [$?] $([ -s err ] && echo said)"; done
#### codes for a directory where a file should be
mkdir d; for c in 'cat d' 'head d' 'tail d' 'wc d' 'sort d' 'uniq d' 'tac d' 'fold d' 'md5sum d' 'grep x d' 'base64 d' 'tee d' 'cp d e' 'rm d' 'ln d e' 'touch d/' 'mv d d' 'mv d d/e' 'cp -r d d/e'; do $c > out 2> err < /dev/null; echo "$c [$?] $(grep -c . err)"; done; rm -rf d/e; ls d
#### codes for a file where a directory should be
echo x > f; for c in 'ls f/' 'cat f/g' 'mkdir f' 'mkdir f/g' 'rmdir f' 'cp f f' 'mv f f' 'ln f f' 'cp f g/' 'mv f g/h' 'touch f/g' 'rm f/g' 'rm f/' 'mktemp -p f' 'realpath f/g' 'stat f/g' 'rm -r .' 'rm ..' 'rmdir .'; do $c > out 2> err < /dev/null; echo "$c [$?] $(grep -c . err)"; done; cat f
#### codes for missing and wrong operands
for c in cp mv ln rm mkdir rmdir chmod touch basename dirname cut comm join readlink realpath sleep seq tr 'cp a' 'mv a' 'chmod 644' 'comm a' 'join a' 'tr a-z' 'uniq a b c' 'comm a b c' 'join a b c' 'basename a b c' 'tr a b c' 'mktemp a b' 'seq 1 2 3 4' 'cat --nope' 'sort --nope' 'ls --nope' 'head -n x' 'tail -n x' 'fold -w x' 'sleep x' 'seq x' 'cut -f 0' 'cut -c 3-1' 'sort -k 0' 'du -d x' 'mkdir -m 9 d' 'touch -d nonsense f' 'date -d nonsense' 'grep' 'grep -E (' 'test 1 -eq x' 'expr 1 +' 'printf' 'env -u' 'kill'; do $c > out 2> err < /dev/null; echo "$c [$?] $([ -s err ] && echo said)"; done
#### codes on a full device
for c in 'echo x' 'cat f' 'pwd' 'seq 3' 'head f' 'wc f' 'sort f' 'cut -c1 f' 'tr a b' 'uniq f' 'printf x' 'basename x' 'date -u -d @0' 'md5sum f' 'paste f f' 'nl f' 'od f' 'tee' 'base64 f' 'stat f' 'du f' 'tail f' 'tac f' 'fold f' 'comm f f' 'join f f' 'expr 1 + 1' 'yes'; do echo x > f; { env $c < f > /dev/full; } 2> err; echo "$c [$?] $([ -s err ] && echo said)"; done
#### codes on a full device, of filters and archives
seq 50000 > f; for c in 'sed p f' 'awk 1 f' 'gzip -c f' 'tar -cf - f' 'find .' 'diff f /dev/null' 'rev f' 'bzip2 -c f' 'xz -c f'; do { env $c < f > /dev/full; } 2> err; echo "$c [$?] $([ -s err ] && echo said)"; done
#### links in a circle and names too long
ln -s b a; ln -s a b; cat a 2>&1; cd a 2>&1 | sed 's/.*: //'; long=$(printf 'x%.0s' $(seq 300)); touch $long 2>&1 | sed 's/x\{300\}/LONG/'; [ -e a ]; echo $?; [ -L a ]; echo $?
#### a reader that goes away
for c in 'yes' 'seq 1000000' 'cat /dev/zero' 'tr a b' 'head -c 1000000 /dev/zero' 'od -v /dev/zero' 'base64 /dev/zero'; do { $c < /dev/zero 2> err; echo "$c $? $(wc -c < err)" >> codes; } | head -c 1 > /dev/null; done; cat codes
#### the shell's own writes fail
{ echo x > /dev/full; } 2>&1 | sed 's/^.*line [0-9]*/line/'; { printf 'a%.0s' 1 2 > /dev/full; } 2>&1 | sed 's/^.*line [0-9]*/line/'; echo x > /no/such/file 2>/dev/null; echo $?; { echo x >&9; } 2>/dev/null; echo $?; echo x > . 2>/dev/null; echo $?; (exec >&-; echo x 2>/dev/null; echo "code $?" >&2) 2>&1
