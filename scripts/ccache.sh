# shellcheck shell=bash
# Sourced from the root of a clone, before cmake: what one clone has compiled serves the next.
export CMAKE_C_COMPILER_LAUNCHER=ccache CMAKE_CXX_COMPILER_LAUNCHER=ccache
export CCACHE_DIR="${GHOSTMEM_CACHE:-$HOME/.cache/ghostmem}/ccache"
# A clone's place is in no object that tests run: paths below it are taken as relative, and where
# debug information says it was compiled may be another clone.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
