#!/usr/bin/env bash
# Makes kernels.wasm and kernels-relaxed.wasm of kernels.c: ui/static/autodiff/kernels.build.sh (Debian's clang-19 and lld-19); with --check compares.
set -euo pipefail
cd "$(dirname "$0")"
make() { # name, flags
  clang-19 --target=wasm32 -O3 -ffast-math -fno-math-errno -msimd128 -mbulk-memory "${@:2}" -nostdlib -fno-builtin \
    -Wl,--no-entry,--import-memory,--strip-all,-z,stack-size=16384 -o "$1" kernels.c
}
if [ "${1:-}" = --check ]; then
  to=$(mktemp -d)
  make "$to/kernels.wasm"; make "$to/kernels-relaxed.wasm" -mrelaxed-simd
  for name in kernels.wasm kernels-relaxed.wasm; do
    cmp -s "$to/$name" "$name" || { echo "$name is not what kernels.c gives: run ui/static/autodiff/kernels.build.sh"; exit 1; }
  done
  exit 0
fi
make kernels.wasm
make kernels-relaxed.wasm -mrelaxed-simd
