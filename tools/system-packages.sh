#!/bin/sh
# Sees that the system's libraries and programs are there, and on Debian and Ubuntu installs what is missing.
#
# usage: tools/system-packages.sh run|test
#   run   OpenGL without a display
#   test  what the tests need besides: ffprobe, Chromium
#
# Nothing is asked of the package manager when nothing is missing. Where it may not install, it prints the one
# command that does; missing OpenGL is then an error, missing test programs make their tests skip.
set -u

need=${1:-run}
missing=""

has_library() {
    for folder in /lib /usr/lib /usr/local/lib /lib64 /usr/lib64 /lib/*-linux-gnu* /usr/lib/*-linux-gnu*; do
        [ -e "$folder/$1" ] && return 0
    done
    return 1
}

wants() { # wants PACKAGE: remember a package that is missing
    missing="$missing $1"
}

if [ "$(uname -s)" = Linux ]; then
    has_library libEGL.so.1 || wants libegl1
    has_library libGL.so.1 || wants libgl1
    ls /usr/lib*/dri/swrast_dri.so /usr/lib/*/dri/swrast_dri.so /usr/lib*/libgallium* /usr/lib/*/libgallium* \
        2>/dev/null | grep -q . || ls /usr/share/glvnd/egl_vendor.d/*nvidia* >/dev/null 2>&1 || wants libgl1-mesa-dri
    required=$missing
    if [ "$need" = test ]; then
        command -v ffprobe >/dev/null || wants ffmpeg
        command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
            wants chromium
    fi
fi
[ -n "$missing" ] || exit 0

sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
if command -v apt-get >/dev/null; then
    command="$sudo apt-get update && $sudo apt-get install -y --no-install-recommends$missing"
    if [ -z "$sudo" ] || sudo -n true 2>/dev/null; then
        echo "installing$missing"
        DEBIAN_FRONTEND=noninteractive sh -c "$(echo "$command" | sed "s/sudo /sudo -n /g")" >/tmp/corticast-apt.$$ 2>&1 && {
            rm -f /tmp/corticast-apt.$$
            exit 0
        }
        tail -n 5 /tmp/corticast-apt.$$ >&2
        rm -f /tmp/corticast-apt.$$
    fi
elif command -v dnf >/dev/null; then
    command="$sudo dnf install mesa-libEGL mesa-libGL mesa-dri-drivers ffmpeg-free chromium"
else
    command="the packages of your system that hold:$missing"
fi
echo "missing:$missing" >&2
echo "to get it: $command" >&2
[ -z "${required:-}" ]
