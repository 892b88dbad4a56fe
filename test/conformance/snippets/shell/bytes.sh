#### arguments that are no UTF-8
/bin/printf %s $'a\xffb\xc3' | od -An -tx1
/bin/echo -n $'\xc3\xa9\xe9' | od -An -tx1
env echo $'\x80'"$(printf '\xfe')" | od -An -tx1
#### variables that are no UTF-8
export V=$'\xfe'; env printenv V | od -An -tx1
W=$'\xff\xfe' sh -c 'printf %s "$W"' | od -An -tx1
env | grep -a '^V=' | od -An -tx1
#### arguments that other programs pass on
find . -maxdepth 0 -exec printf %s $'\x80' ';' | od -An -tx1
printf '\x81\n\x82\n' | xargs printf '%s,' | od -An -tx1
printf '\x81 \x82' | xargs sh -c 'printf "%s" "$1"' x | od -An -tx1
timeout 5 printf $'\x90' | od -An -tx1
env -i A=$'\x91' /usr/bin/env | od -An -tx1
#### what /proc shows of them
sh -c 'tr "\0" . < /proc/$$/cmdline | tail -c 4' x $'x\xe9y' | od -An -tx1
V=$'\xfd' sh -c 'tr "\0" "\n" < /proc/$$/environ | grep -a ^V=' | od -An -tx1
#### ansi-c quotes with bytes
printf %s $'\x41\xe9\351\u00e9\cA\101\e\x7f' | od -An -tx1
printf %s $'\xc3\xa9' | wc -m
x=$'\xff\xfe'; echo ${#x}; printf %q "$x"; echo; echo "${x@Q}"
declare -p x
case $x in $'\xff'?) echo two;; esac
x=$'a\xffb'; printf %s "${x/$'\xff'/_}" "${x#a?}" "${x:1:1}" | od -An -tx1
#### arrays, here-documents and patterns with bytes
a=($'\xf1' $'\xf2'); printf '%s\n' "${a[@]}" | od -An -tx1
cat <<E | od -An -tx1
$(printf '\xf3')
E
[[ $'\xf4x' == ?x ]] && echo matched
[[ $'\xf4x' =~ x$ ]] && echo found
read -r v < <(printf '\xf5z\n'); printf %s "$v" | od -An -tx1
printf '%b' '\xf6\0367' | od -An -tx1
printf '%d\n' "'"$'\xf7' | head -c 3; echo
