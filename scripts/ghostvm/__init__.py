"""The VM runner behind scripts/vm: boots a kernel, runs one command in it, judges the guest;
and the roots behind scripts/root, other releases' packages and compilers.

Modules are named after the one thing they know:

  paths, store     where caches live, and how an entry gets there whole or not at all
  archives, debs   whose packages, and how they are had
  roots, chroot    other releases, and how a command runs in one
  kernels          where a kernel comes from
  checkpatch       the one of a kernel's own source
  cpio, userland   the guest's root file system
  vmlinux, image   what is derived from a kernel so that it boots fast
  rooted           how a whole distribution is booted instead
  machine, kvm     the QEMU command line and its accelerator
  channel, qmp     how bytes and hot-plug requests cross between guest and host
  verdict          whether the guest's kernel stayed healthy
  session          one run, from request to exit status
"""
