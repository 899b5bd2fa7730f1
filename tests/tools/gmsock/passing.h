// Unix sockets, and passing descriptors through them.
#pragma once

#include <utility>

#include "gmsock/descriptor.h"

namespace gmsock {

std::pair<Descriptor, Descriptor> unix_pair(int type);
// Sends the descriptor @passed through the socket @through.
void pass(int through, int passed);
// Receives the descriptor that was passed to @through; -1 if there is none.
Descriptor taken(int through);

} // namespace gmsock
