#!/bin/sh
# Makes the virtual environment $1 and installs what running (run) or testing (dev) needs, at the locked versions.
# PyTorch comes as its CPU build: on Linux the public index's default build brings gigabytes of GPU packages.
set -eu
venv=$1
what=$2
torch=2.13.0
cpu_index=https://download.pytorch.org/whl/cpu
needed_mib=4096

say() { printf '%s\n' "$*" >&2; }

find_python() {
    for candidate in ${PYTHON:-} python3.11 python3.12 python3; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' 2>/dev/null; then
            printf '%s' "$candidate"
            return
        fi
    done
    say "Keqiao needs Python 3.11 or 3.12. 需要 Python 3.11 或 3.12。"
    say "  Debian, Ubuntu: sudo apt-get install python3 python3-venv    macOS: brew install python@3.12"
    exit 1
}

if [ ! -x "$venv/bin/pip" ]; then
    free_mib=$(df -Pm . | awk 'NR == 2 { print $4 }')
    if [ "$free_mib" -lt "$needed_mib" ]; then
        say "The disk has $free_mib MiB left; the installation needs $needed_mib. Make room, then try again."
        say "磁盘剩余 $free_mib MiB，安装需要 $needed_mib MiB。请清理后重试。"
        exit 1
    fi
    python=$(find_python)
    if ! "$python" -m venv "$venv"; then
        rm -rf "$venv"
        say "Python's venv module is missing. 缺少 venv 模块: sudo apt-get install python3-venv"
        exit 1
    fi
fi

pip="$venv/bin/python -m pip"

# Whether the torch that pip would take here pulls GPU packages; a build that is already there is kept.
install_torch() {
    if $pip show --quiet torch 2>/dev/null; then return; fi
    if $pip install --quiet --dry-run --no-deps --report - "torch==$torch" | "$venv/bin/python" tools/is_gpu_build.py; then
        $pip install --quiet --no-deps --index-url "$cpu_index" "torch==$torch"
    else
        $pip install --quiet --no-deps "torch==$torch"
    fi
}

say "Installing ($what); the first time takes a few minutes. 正在安装，首次需要几分钟。"
install_torch
if [ "$what" = dev ]; then extras='[dev]'; else extras=''; fi
PIP_CONSTRAINT=constraints.txt $pip install --quiet --constraint constraints.txt --editable ".$extras"
touch "$venv/.$what"
