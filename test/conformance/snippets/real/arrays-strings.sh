#### arrays: append, slice, delete, length
a=(one two three); a+=(four); echo "${a[@]:1:2} ${#a[@]}"; unset 'a[1]'; echo "${!a[@]}"; a=("${a[@]}"); echo "${!a[@]}"; echo "${a[-1]}"
#### array contains
has() { local x=$1 y; shift; for y; do [[ $y == "$x" ]] && return 0; done; return 1; }; a=(red 'light blue'); has 'light blue' "${a[@]}" && echo yes; has blue "${a[@]}" || echo no; [[ " ${a[*]} " == *" red "* ]] && echo in
#### read a file into an array
printf 'x y\nz\n\nw\n' > f; mapfile -t lines < f; echo "${#lines[@]}"; printf '<%s>' "${lines[@]}"; echo; readarray -t -n 1 -s 1 one < f; echo "$one"
#### split on a delimiter
IFS=: read -ra parts <<< "a:b c:d"; for p in "${parts[@]}"; do echo "[$p]"; done; IFS=', ' read -r x y z <<< 'one,two, three'; echo "$x|$y|$z"
#### join with a delimiter
join() { local d=$1 f=${2-}; shift 2 && printf %s "$f" "${@/#/$d}"; echo; }; join , a b c; join ' and ' x y; (IFS=/; set -- a b; echo "$*")
#### associative arrays
declare -A m=([host]=h [port]=80); m[path]=/x; for k in $(printf '%s\n' "${!m[@]}" | sort); do echo "$k=${m[$k]}"; done; unset 'm[port]'; echo ${#m[@]}; [[ -v m[host] ]] && echo has; echo "${m[none]:-default}"
#### group by first letter
declare -A g; for w in apple avocado banana blueberry cherry; do g[${w:0:1}]+="$w "; done; for k in a b c; do echo "$k: ${g[$k]% }"; done
#### invert a map
declare -A m=([a]=1 [b]=2) r; for k in "${!m[@]}"; do r[${m[$k]}]=$k; done; echo "${r[1]} ${r[2]}"
#### sort an array
a=(pear 'apple pie' fig); IFS=$'\n' s=($(sort <<< "${a[*]}")); unset IFS; printf '%s;' "${s[@]}"; echo; mapfile -t r < <(printf '%s\n' "${a[@]}" | sort -r); echo "${r[0]}"
#### unique elements
a=(b a b c a); declare -A seen; u=(); for x in "${a[@]}"; do [[ ${seen[$x]-} ]] || u+=("$x"); seen[$x]=1; done; echo "${u[*]}"; mapfile -t v < <(printf '%s\n' "${a[@]}" | sort -u); echo "${v[*]}"
#### set operations
comm -12 <(printf '%s\n' a b c | sort) <(printf '%s\n' b c d | sort); comm -23 <(printf '%s\n' a b c) <(printf '%s\n' b c d); diff <(printf '1\n2\n') <(printf '1\n3\n')
#### stack and queue
st=(); st+=(1); st+=(2); echo "${st[-1]}"; unset 'st[-1]'; echo "${st[@]}"; q=(a b c); echo "${q[0]}"; q=("${q[@]:1}"); echo "${q[@]}"
#### matrix printed
declare -A m; for ((i=0;i<3;i++)); do for ((j=0;j<3;j++)); do m[$i,$j]=$((i*j)); done; done; for ((i=0;i<3;i++)); do row=; for ((j=0;j<3;j++)); do printf -v c '%3d' "${m[$i,$j]}"; row+=$c; done; echo "$row"; done
#### transpose
printf '1 2 3\n4 5 6\n' | awk '{ for (i = 1; i <= NF; i++) a[i] = a[i] (NR > 1 ? " " : "") $i; n = NF } END { for (i = 1; i <= n; i++) print a[i] }'
#### path pieces
p=/usr/local/lib/libfoo.so.1.2; echo "${p##*/}" "${p%/*}" "${p%%.*}" "${p#*.}"; f=archive.tar.gz; echo "${f%.gz}" "${f%%.*}" "${f##*.}"; basename "$p" .so.1.2; dirname "$p"
#### replace in strings
s='foo bar foo'; echo "${s/foo/X}" "${s//foo/X}" "${s/#foo/X}" "${s/%foo/X}" "${s// /_}" "${s//[aeiou]/}"; v=a.b.c; echo "${v//./\\.}"
#### substrings
s=abcdefgh; echo "${s:2}" "${s:2:3}" "${s: -3}" "${s:1:-2}" "${#s}"; for ((i=0;i<${#s};i+=3)); do echo -n "${s:i:3} "; done; echo
#### repeat and pad
printf -- '-%.0s' {1..20}; echo; printf '%-10s|%5s|%05d\n' left right 42; printf '%*s\n' 8 hi; line=$(printf '%20s' ''); echo "${line// /=}"
#### reverse a string
s='hello'; r=; for ((i=${#s}-1;i>=0;i--)); do r+=${s:i:1}; done; echo "$r"; is_pal() { [[ $1 == "$(rev <<< "$1")" ]]; }; is_pal level && echo palindrome
#### count characters
s='mississippi'; t=${s//[^s]/}; echo "${#t}"; declare -A n; for ((i=0;i<${#s};i++)); do n[${s:i:1}]=$((${n[${s:i:1}]:-0}+1)); done; for c in m i s p; do echo -n "$c${n[$c]} "; done; echo; fold -w1 <<< "$s" | sort | uniq -c | sort -rn -k1,1 | head -n 1 | tr -s ' '
#### tests by regex
for x in 12 -3.5 abc 1e5 192.168.1.1 2024-02-30 a@b.co; do if [[ $x =~ ^-?[0-9]+(\.[0-9]+)?$ ]]; then echo "$x number"; elif [[ $x =~ ^([0-9]{1,3}\.){3}[0-9]{1,3}$ ]]; then echo "$x ip"; elif [[ $x =~ ^([0-9]{4})-([0-9]{2})-([0-9]{2})$ ]]; then echo "$x date ${BASH_REMATCH[2]}"; elif [[ $x == *@*.* ]]; then echo "$x mail"; else echo "$x text"; fi; done
#### url parts
url='https://user:pw@example.com:8443/a/b?x=1&y=2#top'; re='^([a-z]+)://(([^:@]+)(:([^@]*))?@)?([^:/]+)(:([0-9]+))?(/[^?#]*)?(\?([^#]*))?(#(.*))?$'; [[ $url =~ $re ]]; for i in 1 3 5 6 8 9 11 13; do echo "${BASH_REMATCH[i]}"; done
#### url encoding and decoding
enc() { local s=$1 i c; for ((i=0;i<${#s};i++)); do c=${s:i:1}; case $c in [a-zA-Z0-9.~_-]) printf %s "$c" ;; *) printf '%%%02X' "'$c" ;; esac; done; echo; }; dec() { local u=${1//+/ }; printf '%b\n' "${u//%/\\x}"; }; enc 'a b&c=d/e?'; dec 'a%20b%26c%3Dd+e'
#### query string to pairs
q='name=J%20Doe&age=30&tag='; IFS='&' read -ra kv <<< "$q"; for p in "${kv[@]}"; do k=${p%%=*} v=${p#*=}; printf '%s -> [%b]\n' "$k" "${v//%/\\x}"; done
#### hex and back
printf 'Hi!' | od -An -tx1 | tr -d ' \n'; echo; printf '\x48\x69\x21\n'; printf '%d %o %x %X\n' 255 255 255 255; echo $((16#ff)) $((2#1010)) $((8#17)); printf 'Hi!' | xxd -p; echo 486921 | xxd -r -p; echo
#### base64 round trip
printf 'user:secret' | base64; echo dXNlcjpzZWNyZXQ= | base64 -d; echo; head -c 60 /dev/zero | base64 -w 20 | head -n 2; echo '!!!' | base64 -d 2>/dev/null; echo $?
#### to binary and roman
bin() { local n=$1 r=; while ((n)); do r=$((n%2))$r; n=$((n/2)); done; echo "${r:-0}"; }; bin 10; bin 255; bin 0; roman() { local n=$1 v=(1000 900 500 400 100 90 50 40 10 9 5 4 1) s=(M CM D CD C XC L XL X IX V IV I) i r=; for i in "${!v[@]}"; do while ((n>=v[i])); do r+=${s[i]}; ((n-=v[i])); done; done; echo "$r"; }; roman 1994; roman 49
#### caesar and rot13
rot13() { tr 'A-Za-z' 'N-ZA-Mn-za-m'; }; echo 'Hello' | rot13 | tee >(cat >/dev/null) | rot13; echo 'Hello' | rot13
#### json by printf
esc() { local s=$1; s=${s//\\/\\\\}; s=${s//\"/\\\"}; s=${s//$'\n'/\\n}; printf '"%s"' "$s"; }; declare -A m=([a]='x "y"' [b]=$'1\n2'); printf '{'; sep=; for k in a b; do printf '%s%s:%s' "$sep" "$(esc $k)" "$(esc "${m[$k]}")"; sep=,; done; echo '}'
#### quoting for re-use
v="it's a \"test\" \$HOME"; printf '%q\n' "$v"; eval "w=$(printf %q "$v")"; [ "$v" = "$w" ] && echo same; echo "${v@Q}"; a=('x y' z); echo "${a[@]@Q}"; declare -p a
#### indirect
host_prod=p.example host_dev=d.example; for e in prod dev; do n=host_$e; echo "$e ${!n}"; done; echo "${!host_@}"; printf -v dyn_$e '%s' 5; echo "$dyn_dev"
#### words of a sentence
s='The quick  brown fox'; set -- $s; echo "$# $3"; read -ra w <<< "$s"; echo "${w[-1]}"; echo "${s%% *}" "${s##* }"; wc -w <<< "$s"; for x in $s; do echo -n "${x:0:1}"; done; echo
#### characters and codes
printf '%d\n' "'A"; printf "\\$(printf %03o 66)\n"; for c in {a..e}; do echo -n "$c"; done; echo; echo {Z..W} {1..10..3} {01..03}; s='a,b;c'; echo "${s//[,;]/ }"
#### generate a password from a set by numbers
set=abcdefghijklmnopqrstuvwxyz; seed=42; p=; for i in {1..8}; do seed=$(( (seed * 1103515245 + 12345) % 2147483648 )); p+=${set:seed%26:1}; done; echo "$p ${#p}"
