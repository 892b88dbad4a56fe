#### arithmetic binds as it should
expr 1 + 2 \* 3; expr \( 1 + 2 \) \* 3; expr 10 - 2 - 3; expr -7 / 2; expr -7 % 2; expr 7 - -2

#### numbers of any length
expr 99999999999999999999 \* 99999999999999999999; expr -100000000000000000000 + 1; expr 007 + 1

#### comparisons are of numbers when both are
expr 10 \> 9; expr 10 \> 9a; expr 01 = 1; expr +1 = 1; expr a \< b; expr b \<= a; expr a != b; expr x == x; expr 2 \>= 2

#### or and and
expr '' \| b; expr 0 \| 0; expr a \| b; expr a \& b; expr a \& 0; expr '' \& b; expr 00 \| x; expr - \| x; expr -0 \| x

#### what is not needed is not computed
expr 1 \| 1 / 0; expr 0 \& 1 / 0; expr 1 \| a + 1

#### match
expr abcd : 'ab'; expr abcd : '\(b\)'; expr abcd : 'a\(.\)c'; expr abcd : 'b'; expr abcd : 'a\(z\)*'; expr abcd : '.*'; expr match abcd 'a.'; expr ab : '^a'

#### the longest match
expr abcd : 'a\|ab\|abc'; expr abcd : '\(a\|ab\)\(c\|bcd\)'; expr aab : 'a*\(ab\)*'

#### intervals, classes, back-references
expr aaa : 'a\{2\}'; expr abab : '\(ab\)\1'; expr 12ab : '[[:digit:]]*'; expr 'a+b' : 'a+b'; expr aab : 'a\+b'; expr b : 'a\?b'; expr '*a' : '*a'

#### functions of strings
expr length hello; expr length ''; expr length + length; expr index hello lo; expr index hello z; expr substr hello 2 3; expr substr hello 0 3; expr substr hello 4 99; expr substr hello x 1

#### characters, not bytes
expr length aéb; expr index aéb b; expr substr aéb 2 1; expr aéb : 'a.'

#### a token that would be an operator
expr + length; expr + \( ; expr x = x; expr length : length; expr -- -1 + 2; expr --foo

#### a word that looks like an option
expr -0; echo $?; expr 0-0; echo $?; expr '' ; echo $?; expr 0; echo $?; expr a; echo $?

#### a line in the text
expr 'a
b' : 'a.b'; expr 'a
b' : 'a$'

#### not a number
expr 1 + a; echo $?

#### no operand
expr; echo $?

#### an operator without its right side
expr 1 +; echo $?

#### two words
expr 1 2; echo $?

#### parentheses that do not match
expr \( 1; echo $?; expr \( 1 2; echo $?; expr \); echo $?; expr \( \); echo $?

#### division by zero
expr 1 / 0; echo $?; expr 1 % 0; echo $?

#### patterns that make no sense
expr a : '\('; echo $?; expr a : 'a\'; echo $?; expr a : 'a\{2,1\}'; echo $?

#### a loop as old scripts have it
i=0; while [ $i -lt 5 ]; do i=`expr $i + 1`; done; echo $i

#### a path's parts
f=/usr/lib/libc.so.6; expr "$f" : '.*/\(.*\)'; expr "$f" : '\(.*\)/[^/]*$'; expr "X$f" : 'X\(/usr\)'
