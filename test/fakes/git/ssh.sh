#!/bin/sh
# Stands for `ssh`: it runs what git asks for (git-upload-pack '<path>') on the repository beside its folder, whatever the
# host and the path; or fails as the file `ssh-failure` there says.
folder=$(dirname "$(dirname "$0")")
echo "$*" >> "$folder/ssh.log"
if [ -f "$folder/ssh-failure" ]; then cat "$folder/ssh-failure" >&2; exit 255; fi
for command; do :; done
exec git "$(expr "$command" : 'git-\([a-z-]*\) ')" "$folder/server.git"
