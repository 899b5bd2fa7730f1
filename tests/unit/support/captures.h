// What a module would answer, made by the builder.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <linux/ghostmem.h>

#include "lib/base/error.h"
#include "lib/genl/codec.h"
#include "support/message_builder.h"

namespace ghostmem::test {

Attrs status_attrs();
Attrs site_attrs(uint32_t id);
Attrs site_pages_attrs(uint32_t order = 3, uint64_t live_pages = 256);
Attrs trend_attrs(uint32_t span_s);
Attrs held_attrs();
Attrs census_attrs();
/// A TCP socket with an owner, two queues, and everything that may be absent.
Attrs socket_attrs();
Attrs top_attrs(uint32_t abi = GHOSTMEM_ABI);

/// One of a dump's messages.
std::string site_message(const Attrs& site, const Attrs& pages = site_pages_attrs());
/// One status reply and its acknowledgement.
std::string status_capture();
/// A dump of three sites: a leak of an unloaded module, slab, and (other).
std::string sites_capture();
/// A census of two sockets: that one, and a unix socket in flight.
std::string sockets_capture();

/// An exact copy on the heap, so that a sanitizer sees each byte read beyond it.
std::vector<std::byte> heap_copy(const std::string& bytes);

/// Decodes all of it. Throws Error as decode() does.
Reply decode_all(const std::string& bytes);

/// What it throws; fails the test where it throws nothing.
ErrorKind kind_of(const std::string& bytes);

} // namespace ghostmem::test
