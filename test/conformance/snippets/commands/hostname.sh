#### prints one line
hostname | wc -l
#### short has no dot
hostname -s | grep -c '\.'
