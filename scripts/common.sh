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
has_open_mpi() { has mpirun && [[ $(mpirun --version 2>/dev/null) == *"Open MPI"* ]]; }

# Open MPI refuses to start as root, the usual user in a container, unless it is told twice.
allow_mpi_as_root() {
  if is_root; then
    export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
  fi
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

# Makes a virtual environment and installs packages into it.
make_python() {
  local directory=$1
  shift
  if ! has python3 || ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    complain "Python 3.10 or later is needed (on Debian: apt-get install python3-venv)"
    return 1
  fi
  run python3 -m venv "$directory"
  run "$directory/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}
