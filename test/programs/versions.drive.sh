# Versions are installed, chosen, aliased and removed by sourced functions.
export HOME=$PWD VM_DIR=$PWD/.vm
before=$PATH
\. "$PROGRAMS/versions.sh"
vm; vm current
for v in 16.20.2 v18.9.0 18.19.1 20.1.0 18.19.1 eighteen; do vm install "$v"; echo "[$?]"; done
vm ls; vm ls 18; vm ls 99; echo "[$?]"
vm use 18; tool --version; tool a b
vm use 16.20; vm current; vm ls
echo "$PATH" | tr : '\n' | grep -c "$VM_DIR"
vm alias lts 18; vm alias stable lts; vm alias loop1 loop2; vm alias loop2 loop1; vm alias
vm use stable; vm use loop1; echo "[$?]"; vm use 21; echo "[$?]"
vm which 18 ; vm run 20 x 'y z'; vm current
mkdir -p project/src/deep; echo '20.1' > project/.vmrc
cd project/src/deep; vm use; echo "[$?]"; cd "$HOME"; vm use; echo "[$?]"
vm uninstall 20.1; echo "[$?]"; vm use default; vm uninstall 18.19.1; vm uninstall 5; vm ls
vm alias; vm unalias loop1; vm alias nothing; echo "[$?]"
vm_tree_contains_path /a /a/b/c && echo in; vm_tree_contains_path /a /b || echo out; vm_tree_contains_path; echo "[$?]"
vm_version_greater v18.9.0 v18.19.1 || echo older; vm_version_greater 20.0.0 v9.99.99 && echo newer
set -e; vm use 404 || echo "kept going: $?"; set +e
vm fly; echo "[$?]"
vm use system; [ "$PATH" = "$before" ] && echo 'PATH as before'; vm current
vm unload; type vm 2> /dev/null || echo unloaded; declare -F | wc -l
