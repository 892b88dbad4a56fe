#### recursion: factorial, fibonacci, hanoi
fact() { (($1 < 2)) && echo 1 || echo $(( $1 * $(fact $(($1 - 1))) )); }; fact 10; fib() { local n=$1; ((n < 2)) && { echo $n; return; }; echo $(( $(fib $((n-1))) + $(fib $((n-2))) )); }; fib 9; hanoi() { (($1 == 0)) && return; hanoi $(($1-1)) $2 $4 $3; ((moves++)); last="$2->$3"; hanoi $(($1-1)) $4 $3 $2; }; hanoi 6 A C B; echo "$moves $last"
#### quicksort
qs() { local -a a=("$@") l=() g=(); ((${#a[@]} < 2)) && { echo "${a[@]}"; return; }; local p=${a[0]} x; for x in "${a[@]:1}"; do ((x < p)) && l+=($x) || g+=($x); done; echo $(qs "${l[@]}") $p $(qs "${g[@]}"); }; qs 5 3 9 1 7 3 8
#### insertion sort in place
a=(9 4 7 1); for ((i=1;i<${#a[@]};i++)); do k=${a[i]}; for ((j=i-1; j>=0 && a[j]>k; j--)); do a[j+1]=${a[j]}; done; a[j+1]=$k; done; echo "${a[*]}"
#### merge sort with namerefs
merge() { local -n x=$1 y=$2 out=$3; local i=0 j=0; out=(); while ((i<${#x[@]} && j<${#y[@]})); do if ((x[i]<=y[j])); then out+=(${x[i++]}); else out+=(${y[j++]}); fi; done; out+=("${x[@]:i}" "${y[@]:j}"); }; p=(1 4 9) q=(2 3 10); merge p q r; echo "${r[@]}"
#### binary search
a=($(seq 3 3 300)); find() { local lo=0 hi=$((${#a[@]}-1)) m; while ((lo<=hi)); do m=$(((lo+hi)/2)); ((a[m]==$1)) && { echo $m; return; }; ((a[m]<$1)) && lo=$((m+1)) || hi=$((m-1)); done; echo -1; }; find 150; find 151
#### sieve
n=60; for ((i=2;i<=n;i++)); do c[i]=1; done; for ((i=2;i*i<=n;i++)); do ((c[i])) && for ((j=i*i;j<=n;j+=i)); do c[j]=0; done; done; for ((i=2;i<=n;i++)); do ((c[i])) && echo -n "$i "; done; echo; seq 2 30 | factor | awk 'NF == 2 { print $2 }' | paste -sd' '
#### gcd, power, collatz
gcd() { local a=$1 b=$2; while ((b)); do ((t=a%b, a=b, b=t)); done; echo $a; }; gcd 1071 462; pow() { local r=1; for ((i=0;i<$2;i++)); do ((r*=$1)); done; echo $r; }; pow 3 13; n=27 s=0; until ((n==1)); do ((n = n%2 ? 3*n+1 : n/2, s++)); done; echo $s
#### fizzbuzz three ways
for i in {1..15}; do ((i%15==0)) && echo FizzBuzz || { ((i%5==0)) && echo Buzz || { ((i%3==0)) && echo Fizz || echo $i; }; }; done | paste -sd' '; seq 15 | awk '{ s = ""; if ($1%3==0) s = "Fizz"; if ($1%5==0) s = s "Buzz"; print s ? s : $1 }' | md5sum; seq 15 | sed '0~3s/.*/Fizz/;0~5s/.*/Buzz/' | tail -n 3 | paste -sd' '
#### topological order by tsort
printf 'app lib\nlib core\ntool core\n' | tsort | tac | head -n 1; printf 'a b\nb c\na c\n' | tsort | paste -sd' '
#### graph: breadth first
declare -A g=([a]="b c" [b]=d [c]="d e" [d]= [e]=f [f]=); declare -A dist=([a]=0); q=(a); while ((${#q[@]})); do n=${q[0]}; q=("${q[@]:1}"); for m in ${g[$n]}; do [[ -v dist[$m] ]] || { dist[$m]=$((dist[$n]+1)); q+=($m); }; done; done; for k in a b c d e f; do echo -n "$k${dist[$k]} "; done; echo
#### dijkstra over a small map
declare -A w=([a,b]=4 [a,c]=1 [c,b]=2 [b,d]=5 [c,d]=8); nodes=(a b c d); declare -A d; for n in "${nodes[@]}"; do d[$n]=999; done; d[a]=0; for _ in "${nodes[@]}"; do for e in "${!w[@]}"; do u=${e%,*} v=${e#*,}; ((d[$u]+w[$e] < d[$v])) && d[$v]=$((d[$u]+w[$e])); done; done; echo "${d[b]} ${d[c]} ${d[d]}"
#### permutations
perm() { local p=$1 r=$2 i; [ -z "$r" ] && { echo -n "$p "; return; }; for ((i=0;i<${#r};i++)); do perm "$p${r:i:1}" "${r:0:i}${r:i+1}"; done; }; perm '' abc; echo; echo {a,b}{1,2}{x,y}
#### levenshtein
lev() { local s=$1 t=$2 i j c; local -A d; for ((i=0;i<=${#s};i++)); do d[$i,0]=$i; done; for ((j=0;j<=${#t};j++)); do d[0,$j]=$j; done; for ((i=1;i<=${#s};i++)); do for ((j=1;j<=${#t};j++)); do [[ ${s:i-1:1} == "${t:j-1:1}" ]] && c=0 || c=1; local a=$((d[$((i-1)),$j]+1)) b=$((d[$i,$((j-1))]+1)) e=$((d[$((i-1)),$((j-1))]+c)); ((a>b)) && a=$b; ((a>e)) && a=$e; d[$i,$j]=$a; done; done; echo "${d[${#s},${#t}]}"; }; lev kitten sitting; lev abc abc
#### game of life
grid=("....." "..#.." "..#.." "..#.." "....."); for g in 1 2; do new=(); for ((y=0;y<5;y++)); do row=; for ((x=0;x<5;x++)); do n=0; for dy in -1 0 1; do for dx in -1 0 1; do ((dx||dy)) || continue; ((yy=y+dy, xx=x+dx)); ((yy<0||yy>4||xx<0||xx>4)) && continue; [[ ${grid[yy]:xx:1} == '#' ]] && ((n++)); done; done; c=${grid[y]:x:1}; if [[ $n == 3 || ( $n == 2 && $c == '#' ) ]]; then row+='#'; else row+=.; fi; done; new+=("$row"); done; grid=("${new[@]}"); done; printf '%s\n' "${grid[@]}"
#### eight queens counted for five
solve() { local r=$1 c i; ((r == N)) && { ((count++)); return; }; for ((c=0;c<N;c++)); do for ((i=0;i<r;i++)); do ((q[i]==c || q[i]-c==i-r || q[i]-c==r-i)) && continue 2; done; q[r]=$c; solve $((r+1)); done; }; N=5 count=0; solve 0; echo $count
#### roman, binary, brackets
check() { local s=$1 st= c i; for ((i=0;i<${#s};i++)); do c=${s:i:1}; case $c in '(') st+=')' ;; '[') st+=']' ;; '{') st+='}' ;; ')'|']'|'}') [[ ${st: -1} == "$c" ]] || { echo bad; return; }; st=${st%?} ;; esac; done; [ -z "$st" ] && echo ok || echo open; }; check '{[()]}'; check '(]'; check '(('
#### reverse polish
rpn() { local st=() t; for t; do case $t in [-+*/]|'**') local b=${st[-1]} a=${st[-2]}; unset 'st[-1]' 'st[-1]'; st+=($((a $t b))) ;; *) st+=("$t") ;; esac; done; echo "${st[0]}"; }; set -f; rpn 3 4 + 2 '*'; rpn 2 10 '**' 24 -; set +f
#### days between dates
days() { local y m d; IFS=- read -r y m d <<< "$1"; m=$((10#$m)) d=$((10#$d)); ((m<3)) && ((y--, m+=12)); echo $((365*y + y/4 - y/100 + y/400 + (153*m-457)/5 + d - 306)); }; echo $(( $(days 2024-03-01) - $(days 2024-02-01) )); echo $(( ( $(date -u -d 2024-12-25 +%s) - $(date -u -d 2024-01-01 +%s) ) / 86400 ))
#### leap years and calendars
leap() { (( ($1%4==0 && $1%100) || $1%400==0 )); }; for y in 1900 2000 2023 2024; do leap $y && echo "$y leap" || echo "$y"; done; date -u -d '2024-02-28 +2 days' +%F; date -u -d '2023-02-28 +1 day' '+%a %d %b %Y'
#### date arithmetic from fixed dates
date -u -d '2024-01-31 + 1 month' +%F; date -u -d @0 '+%F %T'; date -u -d '2024-06-15 12:00 UTC' +%s; date -u -d '2024-01-01 -1 day' +%j; TZ=America/New_York date -d @1710000000 '+%F %H:%M %Z'; date -u -d 'Mar 5 2024 10:00 PM' '+%Y%m%dT%H%M'; printf '%(%Y-%m-%d)T\n' 86400
#### seconds to words
hms() { printf '%02d:%02d:%02d\n' $(($1/3600)) $(($1%3600/60)) $(($1%60)); }; hms 3661; hms 86399; human() { local b=$1 u=(B K M G T) i=0; while ((b>=1024 && i<4)); do ((b/=1024, i++)); done; echo "$b${u[i]}"; }; human 123456789; human 1023
#### arithmetic in all bases and operators
echo $((7/2)) $((-7/2)) $((-7%3)) $((2**10)) $((1<<4|1)) $((5&3)) $((5^3)) $((~5)) $((!0)) $((3>2?10:20)); ((x=5, x+=2, x<<=1)); echo $x $((x++ + ++x)) $x; echo $((0x1F + 010 + 2#11 + 36#z)); let 'y = 3 * (4 + 1)'; echo $y; echo $(( 1 == 1 && 2 > 1 || 0 ))
#### floats through awk and bc and printf
awk -v a=3.7 -v b=1.2 'BEGIN { printf "%.3f %d %s\n", a / b, a, (a > b) }'; echo 'scale=4; 1/7' | bc; printf '%.3e %g\n' 12345.678 0.0001; x=3.9; echo "${x%.*}"; awk 'BEGIN { print 0.1 + 0.2, 1e6, 1e20, 2^53, int(-3.7), 10 % 3 }'
#### random walks with a seed
RANDOM=42; a=$RANDOM; RANDOM=42; b=$RANDOM; [ $a = $b ] && echo same; awk 'BEGIN { srand(1); x = rand(); srand(1); print (x == rand()) }'; seq 10 | shuf | sort -n | paste -sd' '; shuf -i 1-5 -n 5 | sort | paste -sd' '; shuf -e a b c | wc -l
