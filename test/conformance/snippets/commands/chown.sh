#### user and group by number
touch f; chown 1:2 f; stat -c %u:%g f
#### user only, group only
touch f; chown 3 f; chown :4 f; stat -c %u:%g f
#### by name
touch f; chown 7:7 f; chown root:root f; stat -c %U:%G f
#### the user's own group
touch f; chown 5:5 f; chown root: f; stat -c %u:%g f
#### recursively
mkdir -p d/e; touch d/f d/e/g; chown -R 7:8 d; stat -c '%n %u:%g' d d/f d/e d/e/g
#### from one owner only
touch a b; chown 1 a; chown --from=1 9 a b; stat -c '%n %u' a b
#### like another file
touch a b; chown 4:5 a; chown --reference=a b; stat -c %u:%g b
#### a link itself
touch f; ln -s f l; chown -h 6 l; stat -c '%n %u' f l
#### through a link
touch f; ln -s f l; chown 6 l; stat -c '%n %u' f l
#### verbose
touch f; chown -v 0 f; chown -v 0:0 f; chown -c 0 f
#### unknown names
touch f; chown nosuch f; echo $?; chown root:nosuch f; echo $?
#### a missing file
chown 1 nosuch; echo $?; chown -f 1 nosuch; echo $?
#### operands
chown; echo $?; chown root; echo $?
