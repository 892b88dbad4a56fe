# A site is deployed five times, with a failing check, a broken template, a lock and rollbacks between.
mkdir -p app/bin app/static
printf 'listen {{port}};\nworkers {{workers}};\nenv {{env}};\n' > app/nginx.conf.tmpl
printf '#!/bin/sh\necho "version $1"\n' > app/bin/start.sh
printf 'body { color: red }\n' > app/static/site.css
echo scratch > app/notes.tmp
cat > deploy.conf <<'E'
# settings of the site
port = 8080     # behind the proxy
workers=4
  env = production
check = grep -q 'listen 8080' nginx.conf
check = test -x bin/start.sh
check = [ ! -e notes.tmp ]
keep = 3
E
export DEPLOY_ROOT=site
deploy() { bash "$PROGRAMS/deploy.sh" "$@"; echo "[exit $?]"; }
deploy -h
deploy -c deploy.conf -n deploy app
deploy -c deploy.conf -v deploy app
cat site/current/nginx.conf
site/current/bin/start.sh one
stat -c '%a %N' site/current/bin/start.sh site/current
for i in 2 3 4; do
  echo "/* $i */" >> app/static/site.css
  deploy -c deploy.conf deploy app
done
deploy list
deploy rollback
deploy status
echo tampered >> site/releases/r002/static/site.css
deploy rollback r002
deploy rollback r999
echo 'check = false' >> deploy.conf
deploy -c deploy.conf deploy app
sed -i '$d' deploy.conf
echo 'user {{user}};' >> app/nginx.conf.tmpl
deploy -c deploy.conf deploy app
echo 'this is no setting' > bad.conf
deploy -c bad.conf deploy app
mkdir site/.lock; echo alice > site/.lock/owner
deploy -c deploy.conf deploy app
rmdir site/.lock 2> /dev/null || rm -r site/.lock
deploy -x; deploy fly; deploy -k; deploy deploy nowhere
cat site/deploy.log
find site -path site/deploy.log -prune -o -print | sort
(cd site/releases/r003 && cat MANIFEST)
