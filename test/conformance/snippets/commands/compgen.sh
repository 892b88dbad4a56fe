#### compgen -W
compgen -W "apple banana apricot cherry" a
compgen -W "one two" x
echo $?
compgen -W 'a "b c" $HOME_NOT_SET d\ e'
#### compgen -W uses IFS
IFS=:
compgen -W "a b:c:ad" a
#### compgen -P -S -X
compgen -P '<' -S '>' -W "one on two" o
compgen -X 'o*' -W "one two"
compgen -X '!o*' -W "one two"
compgen -X '&*' -W "one two" o
echo $?
#### compgen -f -d
mkdir work
cd work
mkdir dir other
printf x >data
printf x >.hidden
compgen -f d | sort
compgen -d | sort
compgen -f dir/
echo $?
compgen -A file o
#### compgen -A function, variable
f_one() { :; }
f_two() { :; }
my_var=1 my_other=2
compgen -A function f_
compgen -v my_
#### compgen -b -k
compgen -b ec
compgen -b hi
compgen -k wh
compgen -A shopt nullg
compgen -A setopt pipe
compgen -A signal SIGTE
#### compgen -G
printf x >a.c
printf x >b.c
compgen -G '*.c' | sort
#### compgen refuses
compgen -A nope 2>/dev/null
echo $?
compgen -q 2>/dev/null
echo $?
compgen -o nope -W a 2>/dev/null
echo $?
#### complete sets, prints and removes
complete -W 'x y' foo
complete -F _bar -o nospace bar
complete -p foo
complete -p bar
complete -A file -d -c -W "a b" -P p -X "*.o" -S s baz
complete -p baz
complete -r foo
complete -p foo 2>/dev/null
echo $?
complete -r
complete
#### complete -D and compopt
complete -D -F dflt
complete -p -D
complete -W 'a' cmd
compopt -o nospace cmd
complete -p cmd
compopt +o nospace cmd
complete -p cmd
compopt -o nospace 2>/dev/null
echo $?
