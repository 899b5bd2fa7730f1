// Somebody who is not the kernel ends another's dump. Returns gmnl's exit code.
#pragma once

namespace gmnl {

// Reads from standard input the header of a message that the kernel sent to another process, and
// sends to that one's port the end of whatever it asks for next.
int forged_end();

} // namespace gmnl
