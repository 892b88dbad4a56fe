#### operators
echo $((7/2)) $((-7/2)) $((7%3)) $((-7%3)) $((2**10)) $((1<<4)) $((256>>2)) $((5&3)) $((5|3)) $((5^3)) $((~5)) $((!5)) $((!0))
#### comparison
echo $((1<2)) $((2<=2)) $((3>4)) $((4>=4)) $((1==1)) $((1!=1)) $((1&&0)) $((1||0))
#### precedence
echo $((1+2*3)) $(((1+2)*3)) $((2**3**2)) $((-2**2)) $((1<<2+1)) $((1|2&3)) $((5-3-1)) $((!1+1)) $((1?2:0?3:4))
#### assignment operators
x=10; ((x+=5)); echo $x; ((x-=3)); echo $x; ((x*=2)); echo $x; ((x/=5)); echo $x; ((x%=3)); echo $x; ((x<<=4)); echo $x; ((x>>=1)); echo $x; ((x|=3)); echo $x; ((x&=6)); echo $x; ((x^=1)); echo $x
#### increments
i=5; echo $((i++)) $i $((++i)) $i $((i--)) $i $((--i)) $i
#### bases
echo $((0x1F)) $((017)) $((2#1010)) $((16#ff)) $((36#z)) $((64#_)) $((62#Z)) $((8#17))
#### comma and ternary
echo $((a=1,b=2,a+b)); echo $((5>3?10:20)); x=$((y=3)); echo $x $y
#### short circuit
x=0; ((1 || (x=5))); echo $x; ((0 && (x=5))); echo $x; echo $((1 ? 2 : (x=9))) $x
#### overflow
echo $((9223372036854775807+1)) $((-9223372036854775808-1)) $((9223372036854775807*2)) $((2**63)) $((2**64))
#### min divided by minus one
echo $((-9223372036854775807-1)); x=$((-9223372036854775807-1)); echo $((x/1))
#### variables and arrays
a=(1 2 3); echo $((a[1]+a[2])) $((a)); i=1; echo $((a[i]*2)); ((a[5]=7)); echo ${a[5]}; ((a[0]++)); echo ${a[0]}; declare -A h; ((h[x]=4)); echo ${h[x]} $((h[x]+1))
#### let
let x=1+2 y=x*2; echo $x $y; let "z = x + y"; echo $z; let 0; echo $?; let 1; echo $?
#### arithmetic command status
((0)); echo $?; ((5)); echo $?; ((1==2)) || echo no; if ((3>2)); then echo yes; fi
#### division by zero
echo $((1/0)); echo "after $?"
#### division by zero in a command
((1/0)); echo $?; ((1%0)); echo $?; x=5; ((x/=0)); echo $? $x
#### syntax errors
(echo $((1+))); echo $?; (echo $((1 2))); echo $?; (echo $((a b))); echo $?; (((1+2)); echo $?)
#### error messages
((1 +)) ; echo $?
((08)); echo $?
((2#3)); echo $?
((1 = 2)); echo $?
((x y)); echo $?
let "1+"; echo $?
#### bad base
echo $((99#1)); echo after
#### negative exponent
((2**-1)); echo $?
#### declare -i
declare -i n; n=5+5; echo $n; n+=3; echo $n; n=abc; echo $n; abc=9; n=abc; echo $n
#### for loop
for ((i=0;i<3;i++)); do echo -n "$i "; done; echo; for ((i=10;i>0;i-=4)); do echo -n "$i "; done; echo; for ((;;)); do break; done; for ((i=0,j=5;i<j;i++,j--)); do echo $i $j; done
#### spaces and newlines
echo $((  1 +
2 )); x=$(( 3
*
4 )); echo $x
#### expansions within
x=3; op=+; echo $(($x $op 2)) $((${x}*2)) $(( $(echo 4) + `echo 5` )) $(("2"+"3"))
#### recursion
x=y; y=z; z=5; echo $((x)); a=b+1; b=2; echo $((a*2))
#### self reference
x=x; (echo $((x))) 2>/dev/null; echo $?
#### string conditions
[[ 5 -gt 3 ]] && echo gt; x=5; [[ x -eq 5 ]] && echo name; [[ 1+1 -eq 2 ]] && echo expr; [ 5 -gt 3 ] && echo test
#### large loop
s=0; for ((i=1;i<=1000;i++)); do ((s+=i)); done; echo $s
#### unary chains
echo $((- -5)) $((!!7)) $((~~3)) $((-+-2)) $((+5))
#### quotes in subscripts
declare -A m; m[a b]=3; echo ${m[a b]}; k="a b"; echo $((${m[$k]}+1))
