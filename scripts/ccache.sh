# shellcheck shell=bash
# Sourced from the root of a clone, before cmake and kbuild. Lets all clones share what one has
# compiled.
export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
export CCACHE_DIR="${GHOSTMEM_CACHE:-$HOME/.cache/ghostmem}/ccache"
# Makes hits independent of the clone's path: paths below it are hashed as relative ones, and the
# directory of compilation, which debug information records, is not hashed; it may name another clone.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
