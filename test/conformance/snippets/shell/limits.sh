#### function recursion that never ends
FUNCNEST=50; f() { f; }; f 2>/dev/null; echo $?
#### recursion a few hundred deep
f() { if (($1 > 0)); then f $(($1-1)); else echo bottom; fi; }; f 200
#### nesting a hundred deep
s=$(printf '%.0sif true; then ' {1..100}); e=$(printf '%.0s fi;' {1..100}); eval "$s echo x; $e"; s=$(printf '%.0s{ ' {1..100}); e=$(printf '%.0s; }' {1..100}); eval "$s echo y $e"
#### unclosed nesting ten thousand deep
s=$(printf '%.0s{ ' {1..10000}); eval "$s" 2>/dev/null; echo $?
#### long pipelines
x='echo a'; for i in {1..20}; do x="$x | cat"; done; eval "$x"
#### pattern with many stars
x=$(printf '%.0sa' {1..2000}); case $x in *a*a*a*a*a*a*a*b) echo m;; *) echo n;; esac; [[ $x =~ ^(a*)*$ ]] && echo re; [[ $x =~ (a|aa)+b ]] || echo nore
#### a large array
for ((i=0;i<5000;i++)); do a[i]=$i; done; echo ${#a[@]} ${a[4999]}; b=("${a[@]}"); echo ${#b[@]}
#### a long line
x=$(printf 'word%d ' {1..5000}); set -- $x; echo $# "${5000}"; for w in $x; do :; done; echo $w
