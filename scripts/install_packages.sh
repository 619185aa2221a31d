#!/bin/sh
# Installs what hysteron needs on Debian 12, and nothing that is there already.
#   install_packages.sh [build|test|lint|bench]...      default: build
set -eu
packages_build="gcc libc6-dev make cmake ninja-build pkg-config libsundials-dev libsuitesparse-dev liblapack3 libb2-dev libjansson-dev libyaml-dev libnlopt-dev zlib1g-dev libhdf5-dev libopenmpi-dev openmpi-bin gnuplot-nox fonts-liberation"
packages_test="libcmocka-dev librandom123-dev python3 python3-numpy python3-h5py python3-venv ngspice chromium"
packages_lint="shellcheck gcovr clang clang-format-14 clang-tidy-14 libclang-rt-14-dev cppcheck codespell pyflakes3"
packages_bench="ngspice python3 python3-numpy python3-scipy"
wanted=""
for set in "${@:-build}"; do
    case $set in
    build) wanted="$wanted $packages_build" ;;
    test) wanted="$wanted $packages_build $packages_test" ;;
    lint) wanted="$wanted $packages_lint" ;;
    bench) wanted="$wanted $packages_build $packages_bench" ;;
    *) echo "install_packages.sh: unknown set '$set' (build, test, lint, bench)" >&2; exit 2 ;;
    esac
done
# Elsewhere CMake says what it does not find.
command -v dpkg-query >/dev/null 2>&1 || exit 0
missing=""
for package in $wanted; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
    echo "This system has no apt-get. Please install the equivalents of:$missing" >&2
    exit 1
fi
as_root=""
if [ "$(id -u)" != 0 ]; then
    if command -v sudo >/dev/null 2>&1; then
        as_root=sudo
    else
        echo "Please install, as root: apt-get install$missing" >&2
        exit 1
    fi
fi
echo "Installing:$missing"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
