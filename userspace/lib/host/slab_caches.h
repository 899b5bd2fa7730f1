// The kernel's slab caches.
#pragma once

#include <filesystem>

namespace ghostmem {

/// Makes every cache return its free objects to their slabs, so that these are known to be free.
/// Returns how many caches did; 0 if the kernel does not offer it, or does not permit it.
size_t shrink_slab_caches(const std::filesystem::path& root);

} // namespace ghostmem
