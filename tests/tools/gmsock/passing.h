// Unix sockets, and descriptors that travel through them.
#pragma once

#include <utility>

#include "gmsock/descriptor.h"

namespace gmsock {

std::pair<Descriptor, Descriptor> unix_pair(int type);
// Sends @passed by way of @through.
void pass(int through, int passed);
// What was passed to @through; one of -1 if there is nothing.
Descriptor taken(int through);

} // namespace gmsock
