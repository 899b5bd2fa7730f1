// Answers of a module, made with the message builder.
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
/// A TCP socket with an owner, two queues, and all optional attributes.
Attrs socket_attrs();
Attrs top_attrs(uint32_t abi = GHOSTMEM_ABI);

/// One message of a dump of sites.
std::string site_message(const Attrs& site, const Attrs& pages = site_pages_attrs());
/// One status reply and its acknowledgement.
std::string status_capture();
/// A dump of three sites: a leak by an unloaded module, slab, and (other).
std::string sites_capture();
/// A census of two sockets: the one of socket_attrs(), and a unix socket in flight.
std::string sockets_capture();

/// Returns an exact copy on the heap, so that a sanitizer detects any read beyond its end.
std::vector<std::byte> heap_copy(const std::string& bytes);

/// Decodes all messages. Throws Error like decode().
Reply decode_all(const std::string& bytes);

/// Returns the kind of the Error that decoding throws; fails the test if it throws none.
ErrorKind kind_of(const std::string& bytes);

} // namespace ghostmem::test
