#!/bin/sh
# Checks the system's libraries and programs, and installs missing ones on Debian and Ubuntu.
#
# usage: tools/system-packages.sh python|run|lint|test
#   python  parts that make a virtual environment; PYTHON names the interpreter
#   run     OpenGL without a display, and vispy's libraries
#   lint    glslangValidator, which reads the shaders
#   test    further needs of the tests: ffprobe, poppler, Chromium, a display without a screen and Qt's libraries for it,
#           a sound server without a sound card, and headers for building PyAudio
#
# The package manager runs only if packages are missing. Without the right to install, the script prints the one
# command that installs them. Missing parts of `python` and `run` are then errors. A missing glslangValidator is an error
# in CI (CI=true, or glslang in CORTICAST_EXPECT), where tools/check_shaders.py reports it. Tests without their programs
# are skipped.
set -eu

required="" # packages that must not be missing
optional=""

has_library() {
    for folder in /lib /usr/lib /usr/local/lib /lib64 /usr/lib64 /lib/*-linux-gnu* /usr/lib/*-linux-gnu*; do
        [ -e "$folder/$1" ] && return 0
    done
    return 1
}

has_gl_driver() {
    for file in /usr/lib*/dri/swrast_dri.so /usr/lib/*/dri/swrast_dri.so /usr/lib*/libgallium* /usr/lib/*/libgallium* \
        /usr/share/glvnd/egl_vendor.d/*nvidia*; do
        [ -e "$file" ] && return 0
    done
    return 1
}

has_alsa_plugin() {
    for file in /usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so /usr/lib*/alsa-lib/libasound_module_pcm_pulse.so; do
        [ -e "$file" ] && return 0
    done
    return 1
}

has_command() { # has_command NAME...: whether one of them is there
    for name in "$@"; do
        command -v "$name" >/dev/null && return 0
    done
    return 1
}

find_glslang() {
    has_command glslangValidator && return
    case "$(uname -s)" in
    Darwin) optional="$optional glslang" ;;
    *) optional="$optional glslang-tools" ;;
    esac
}

case "${1:-}" in
python)
    version=$("${PYTHON:-python3}" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null || required="python$version-venv"
    ;;
run | test)
    if [ "$(uname -s)" = Linux ]; then # macOS brings its OpenGL
        has_library libEGL.so.1 || required="$required libegl1"
        has_library libGL.so.1 || required="$required libgl1"
        has_library libfontconfig.so.1 || required="$required libfontconfig1" # importing vispy loads it
        has_gl_driver || required="$required libgl1-mesa-dri"
        has_library libfribidi.so.0 || optional="$optional libfribidi0" # Pillow joins Arabic letters with it
    fi
    if [ "$1" = test ]; then
        find_glslang
        has_command ffprobe || optional="$optional ffmpeg"
        if ! has_command pdftotext; then
            case "$(uname -s)" in
            Darwin) optional="$optional poppler" ;;
            *) optional="$optional poppler-utils" ;;
            esac
        fi
        if [ "$(uname -s)" = Linux ]; then
            has_command Xvfb || optional="$optional xvfb"
            for pair in libxcb-cursor.so.0=libxcb-cursor0 libxcb-icccm.so.4=libxcb-icccm4 \
                libxcb-keysyms.so.1=libxcb-keysyms1 libxcb-randr.so.0=libxcb-randr0 libxcb-shape.so.0=libxcb-shape0 \
                libxcb-sync.so.1=libxcb-sync1 libxcb-xfixes.so.0=libxcb-xfixes0 libX11-xcb.so.1=libx11-xcb1 \
                libxkbcommon-x11.so.0=libxkbcommon-x11-0 libdbus-1.so.3=libdbus-1-3 libgthread-2.0.so.0=libglib2.0-0; do
                has_library "${pair%=*}" || optional="$optional ${pair#*=}"
            done
            has_command xdotool || optional="$optional xdotool"
            has_command import || optional="$optional imagemagick"
            has_command openbox || optional="$optional openbox"
            has_command pulseaudio || optional="$optional pulseaudio"
            has_command paplay || optional="$optional pulseaudio-utils"
            has_alsa_plugin || optional="$optional libasound2-plugins"
            [ -e /usr/include/portaudio.h ] || optional="$optional portaudio19-dev"
            has_command cc || optional="$optional gcc libc6-dev"
            "${PYTHON:-python3}" -c 'import os, sysconfig as s; os.stat(s.get_path("include") + "/Python.h")' \
                2>/dev/null || optional="$optional python3-dev"
        fi
        has_command chromium chromium-browser google-chrome || optional="$optional chromium"
    fi
    ;;
lint) find_glslang ;;
*)
    sed -n '4,9s/^# //p' "$0" >&2
    exit 2
    ;;
esac
[ -n "$required$optional" ] || exit 0

# Ubuntu's Chromium is a snap, which apt-get cannot install in a container.
if grep -qs '^ID=ubuntu' /etc/os-release; then
    case "$optional" in *chromium*)
        optional=${optional% chromium}
        echo "missing: chromium, for tests of films in a browser; to get it: snap install chromium" >&2
        ;;
    esac
fi
packages=$(echo $required $optional)
[ -n "$packages" ] || exit 0

sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo "
case "$(uname -s)" in
Darwin) get="brew install $packages" ;;
*)
    if has_command apt-get; then
        get="${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends $packages"
    elif has_command dnf; then
        get="${sudo}dnf install python3 mesa-libEGL mesa-libGL mesa-dri-drivers fontconfig ffmpeg-free poppler-utils chromium glslang"
    else
        get="your package manager, under its own names for these packages of Debian's"
    fi
    ;;
esac

if has_command apt-get && { [ -z "$sudo" ] || sudo -n true 2>/dev/null; }; then
    echo "installing $packages"
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    # Package lists may be stale and still good enough: only a failed installation is a failure.
    if {
        ${sudo}apt-get update
        ${sudo}env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $packages
    } >"$log" 2>&1; then
        exit 0
    fi
    tail -n 5 "$log" >&2
fi
echo "missing: $packages" >&2
echo "to get it: $get" >&2
[ -z "$required" ]
