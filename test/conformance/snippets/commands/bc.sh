Scripts recorded with GNU bc 1.07.1.

#### arithmetic and scale
printf '1+2*3\n10/3\nscale=5\n10/3\n-7%%3\n7%%-3\n2^10\n2^-2\n1.50*2.25\n.5\n-.25\n0.0\n' | bc
#### powers and roots
printf '2^100\nscale=20\nsqrt(2)\nsqrt(16)\n1.1^3\n-2^2\n2^3^2\n' | bc
#### long numbers go on in the next line
echo '2^500' | bc; echo '2^300' | BC_LINE_LENGTH=0 bc
#### variables and assignments
printf 'a=5\na\na+=3\na\na*=2;a\na^=2;a\na-=6;a/=10;a\nb=a++ + 1;b;a\n--a\n(c=4)\nx[3]=7;x[3];x[4]\nlast\n.\n' | bc
#### bases
printf 'obase=16\n255\nobase=2\n10\nobase=10\nibase=16\nFF\nA\nibase=A\n77\nobase=8;64\nobase=16;.5;255.75\n' | bc
printf 'obase=20\n399\nobase=100;12345\n' | bc
#### comparisons and logic
printf '1<2\n2<=1\n3==3\n3!=3\n1&&0\n1||0\n!0\n!5\n' | bc
#### statements
printf 'for(i=0;i<3;i++) i\nwhile(i>0){i-=1;if(i==1)continue;i}\nif(i==0)"zero\n" else "other\n"\nif (1) {\n 5\n} else {\n 6\n}\nfor(;;){ if(j++>2) break }\nj\n' | bc
#### functions
printf 'define f(n){\nif(n<=1)return(1);\nreturn(n*f(n-1))}\nf(20)\ndefine g(a,b){auto c\nc=a+b\na=9\nreturn c*2}\na=1\ng(2,3)\na\ndefine s(v[],n){auto i,t\nfor(i=0;i<n;i++)t+=v[i]\nreturn t}\nw[0]=3;w[1]=4\ns(w[],2)\n' | bc
#### recursion in depth
printf 'define f(n){if(n==0)return 0;return 1+f(n-1)}\nf(5000)\n' | bc
#### print and strings
printf 'print "a",1+1,"b\\n"\n"text"\nprint 3;print "\\t|\\n"\n' | bc
#### length and scale
printf 'length(12345)\nlength(1.50)\nscale(1.250)\nlength(0)\nlength(.001)\n' | bc
#### the library
printf '4*a(1)\ns(1)\nc(1)\ne(1)\nl(2)\nl(10)\ne(-2)\na(-3)\nj(0,1)\nscale=30\ne(2.5)\ns(100)\n' | bc -l
printf 'scale=3;l(7)\ne(.5)\nc(0)\ns(0)\n' | bc -l
#### comments and continued lines
printf '/* a\ncomment */ 1\n2 # more\n1+\\\n2\n' | bc
#### division by zero
printf '1/0\n2\n' | bc 2>/dev/null; echo $?; echo '5%%0' | bc 2>/dev/null; echo $?
#### errors of syntax go on
printf '1+\n2\n)\n3\n' | bc 2>/dev/null; echo $?
#### quit and files
printf '1\nquit\n2\n' | bc; printf 'x=3\n' > f; echo 'x*2' | bc f; bc missing < /dev/null 2>/dev/null; echo $?
#### usual one-liners
echo 'scale=2; 22/7' | bc; echo "$(echo '3.5 > 2.1' | bc)"; echo 'x=10; x^2 + 5' | bc; echo "scale=4; (1 + sqrt(5)) / 2" | bc; for i in 1 2; do echo "$i * 1.5"; done | bc
