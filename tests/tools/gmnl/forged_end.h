// Forges the end of another process's dump.
#pragma once

namespace gmnl {

// Reads from standard input the header of a message that the kernel sent to another process, and
// sends the end of that process's next requests to its port. Returns gmnl's exit code.
int forged_end();

} // namespace gmnl
