#### everything
id
#### user number and name
id -u; id -un; id -ru
#### group number and name
id -g; id -gn; id -rgn
#### groups
id -G; id -Gn
#### of a user
id root; id -u root; id -un 0
#### zero ended
id -Gz root | od -c
#### nobody by name
id -un nobody; id nobody > /dev/null; echo $?
#### an unknown user
id nosuchuser; echo $?
#### names only with a choice
id -n; echo $?
#### two choices
id -u -g; echo $?
#### several users
id -un root nobody nosuch; echo $?
#### a bogus option
id --bogus; echo $?
