# Shared by the scripts in this directory, which source it. Not a program.
# shellcheck shell=bash

# shellcheck disable=SC2034  # used by the scripts that source this
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '%s\n' "$*"; }
heading() { printf '\n== %s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }

# Prints a command as it would be typed, then runs it.
run() {
  local line
  printf -v line ' %q' "$@"
  say "+$line"
  "$@"
}

has() { command -v "$1" >/dev/null 2>&1; }
is_root() { [[ $(id -u) -eq 0 ]]; }
# mpirun, or what CAE_MPIRUN names, such as mpirun.mpich where both are installed.
mpirun=${CAE_MPIRUN:-mpirun}
has_open_mpi() { has "$mpirun" && [[ $("$mpirun" --version 2>/dev/null) == *"Open MPI"* ]]; }

# Open MPI refuses to start as root, the usual user in a container, unless it is told twice.
allow_mpi_as_root() {
  if is_root; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
}

# The distinct cores this process may use: Open MPI counts its slots so. Two hardware threads of one core are one.
usable_cores() {
  local range first last cpu siblings
  if [[ $(uname) == Darwin ]]; then
    sysctl -n hw.physicalcpu
    return
  fi
  for range in $(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status | tr ',' ' '); do
    first=${range%-*} last=${range#*-}
    for ((cpu = first; cpu <= last; cpu++)); do
      siblings=/sys/devices/system/cpu/cpu$cpu/topology/thread_siblings_list
      cat "$siblings" 2>/dev/null || echo "cpu $cpu"
    done
  done | sort -u | wc -l
}

# Whole cores' worth of time that a container's limit allows; nothing where there is no limit.
quota_cores() {
  local quota period
  if [[ -r /sys/fs/cgroup/cpu.max ]]; then
    read -r quota period </sys/fs/cgroup/cpu.max
  elif [[ -r /sys/fs/cgroup/cpu/cpu.cfs_quota_us ]]; then
    quota=$(</sys/fs/cgroup/cpu/cpu.cfs_quota_us) period=$(</sys/fs/cgroup/cpu/cpu.cfs_period_us)
  fi
  if [[ ${quota:-max} =~ ^[0-9]+$ && ${period:-0} -gt 0 ]]; then
    echo $((quota < period ? 1 : quota / period))
  fi
}

# Python 3.10 or later that can make virtual environments.
has_python() {
  has python3 && python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null
}

# The four IDX files of MNIST are in the directory, gzipped or not.
holds_mnist() {
  local name
  for name in train-images-idx3-ubyte train-labels-idx1-ubyte t10k-images-idx3-ubyte t10k-labels-idx1-ubyte; do
    [[ -s $1/$name || -s $1/$name.gz ]] || return 1
  done
}

# Sets CAE_PROGRAM, if it is not set, to the program of this repository; builds that where it is missing.
find_or_build_program() {
  if [[ -z ${CAE_PROGRAM:-} ]]; then
    CAE_PROGRAM=$repository/.build/release/cae
    [[ -x $CAE_PROGRAM ]] || run swift build -c release --product cae
  fi
  export CAE_PROGRAM
}

# What pip need not do: compile what is used once.
pip_options=(--quiet --disable-pip-version-check --no-compile)

# Makes a virtual environment, in CAE_TEST_PYTHON or in a directory that is removed at the end, and installs packages
# into it; `python` is its interpreter. Ends the script, as skipped, where there is no Python or no package index.
make_python() {
  if ! has_python; then
    say "SKIPPED: $0: needs Python 3.10 or later with venv (on Debian: apt-get install python3-venv)"
    exit 0
  fi
  local directory=${CAE_TEST_PYTHON:-}
  if [[ -z $directory ]]; then
    directory=$(mktemp -d)
    # shellcheck disable=SC2064  # the directory's name as it is now
    trap "rm -rf '$directory'" EXIT
  fi
  python=$directory/bin/python
  [[ -x $python ]] || run python3 -m venv "$directory"
  if ! "$python" -m pip install "${pip_options[@]}" hatchling; then
    say "SKIPPED: $0: pip cannot install packages here"
    exit 0
  fi
  run "$python" -m pip install "${pip_options[@]}" "$@"
}
