#### both forms
A=1 B=2 envsubst <<< '$A ${B} $C.'
#### no shell's other forms
A=1 envsubst <<< '${A:-x} $1 $$ $(A) ${A'
#### chosen variables only
A=1 B=2 envsubst '$A' <<< '$A $B'
#### the variables of a format
envsubst -v '$A ${B} $A'
#### a dollar at the end
A=1 envsubst <<< 'cost: $'
#### values are not looked at again
A='$B' B=2 envsubst <<< '$A'
#### no newline at the end
A=1; export A; printf '$A' | envsubst | od -c
#### too many operands
envsubst a b; echo $?
#### a bogus option
envsubst --bogus; echo $?
#### many lines
X=y; export X; for i in 1 2 3; do echo "$i \$X"; done | envsubst
