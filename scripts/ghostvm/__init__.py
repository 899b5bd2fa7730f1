"""The VM runner behind scripts/vm: boots a kernel, runs one command in it, judges the guest.

Modules are named after the one thing they know:

  paths, store     where caches live, and how an entry gets there whole or not at all
  debs, kernels    where a kernel comes from
  cpio, userland   the guest's root file system
  image            what is derived from a kernel so that it boots fast
  machine, kvm     the QEMU command line and its accelerator
  channel, qmp     how bytes and hot-plug requests cross between guest and host
  verdict          whether the guest's kernel stayed healthy
  session          one run, from request to exit status
"""
