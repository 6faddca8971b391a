#!/bin/sh
# Makes sure that a Chromium and a Chinese font are there for the browser tests.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    printf '%s\n' "Installing Chromium for the browser tests. 正在安装浏览器测试所需的 Chromium。" >&2
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
    exit 0
fi
printf '%s\n' "The browser tests need Chromium. 浏览器测试需要 Chromium: sudo apt-get install chromium fonts-noto-cjk" >&2
exit 1
