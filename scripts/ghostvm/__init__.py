"""The VM runner behind scripts/vm, which boots a kernel, runs one command in it and checks the
guest kernel's health; and the roots behind scripts/root, with other releases' packages and compilers.

Each module is named after the one thing it knows:

  paths, store     where the caches are, and how an entry is published atomically
  archives, debs   which Debian mirrors are used, and how packages are fetched from them
  roots, chroot    root file systems of other releases, and how a command runs in one
  kernels          where a kernel comes from
  checkpatch       checkpatch.pl from a kernel's own source
  cpio, userland   the guest's root file system
  vmlinux, image   what is derived from a kernel so that it boots fast
  rooted           how a whole distribution is booted instead
  machine, kvm     the QEMU command line and its accelerator
  channel, qmp     how bytes and hot-plug requests cross between guest and host
  verdict          whether the guest's kernel stayed healthy
  session          one run, from request to exit status
"""
