#### by number
touch f; chgrp 5 f; stat -c %g f
#### by name
touch f; chgrp 5 f; chgrp root f; stat -c %G f
#### recursively
mkdir d; touch d/f; chgrp -R 6 d; stat -c '%n %g' d d/f
#### like another file
touch a b; chgrp 9 a; chgrp --reference=a b; stat -c %g b
#### verbose
touch f; chgrp -v root f; chgrp -c root f
#### unknown
touch f; chgrp nosuch f; echo $?
#### a missing file
chgrp 1 nosuch; echo $?
#### operands
chgrp; echo $?; chgrp 1; echo $?
