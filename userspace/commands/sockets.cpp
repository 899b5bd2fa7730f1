#include "commands/sockets.h"

#include <limits>
#include <memory>

#include "commands/options.h"
#include "lib/base/exit_code.h"
#include "output/json/sockets.h"
#include "output/text/sockets.h"

namespace ghostmem::commands {

namespace {

constexpr const char* sort_keys = "pinned|slab|truesize|bytes|amplification|age";

SocketSortKey sort_key_of(const std::string& text) {
    if (const auto key = parse_socket_sort(text))
        return *key;
    usage("--sort",
          "unknown key '" + text + "'; known: pinned, slab, truesize, bytes, amplification, age");
}

FamilyFilter family_of(const std::string& name, const std::string& text) {
    if (const auto filter = FamilyFilter::parse(text))
        return *filter;
    std::string known;
    for (const std::string& word : FamilyFilter::known())
        known += (known.empty() ? "" : ", ") + word;
    usage(name, "unknown family '" + text + "'; known: " + known);
}

void add_filters(CLI::App& app, Shared& shared, SocketQuery& query) {
    CLI::Option* option = add_parsed(app, "--pid", "PID", "Only sockets that this process has open",
                                     [&](const std::string& name, const std::string& text) {
                                         query.list.filter.pid = static_cast<uint32_t>(positive_of(
                                             name, text, std::numeric_limits<uint32_t>::max()));
                                     });
    shared.values[option].kind = Values::Kind::processes;

    option = add_parsed(app, "--netns", "INODE|PID|PATH|NAME", "Only those of a network namespace",
                        [&](const std::string& name, const std::string& text) {
                            if (text.empty())
                                usage(name, "'' is no network namespace");
                            query.netns = text;
                        });
    shared.values[option].kind = Values::Kind::namespaces;

    option = add_parsed(app, "--family", "FAMILY",
                        "Only inet, inet6, unix, netlink, packet, tcp, udp, raw ...",
                        [&](const std::string& name, const std::string& text) {
                            query.list.filter.family = family_of(name, text);
                        });
    shared.values[option].words = FamilyFilter::known();

    add_parsed(app, "--inode", "N", "Show one socket in full",
               [&](const std::string& name, const std::string& text) {
                   query.list.filter.inode =
                       positive_of(name, text, std::numeric_limits<uint64_t>::max());
               });
}

Run set_up(CLI::App& app, Shared& shared) {
    auto query = std::make_shared<SocketQuery>();
    add_output(app, shared);
    add_sort(app, shared, sort_keys);
    add_top(app, shared);
    add_filters(app, shared, *query);
    return [query, &shared](const Context& context) {
        if (query->list.filter.inode && (shared.top || shared.sort))
            usage(shared.top ? "--top" : "--sort", "has no effect on the one socket of --inode");
        query->list.top = shared.top;
        if (shared.sort)
            query->list.sort = sort_key_of(*shared.sort);
        return sockets(context, *query);
    };
}

} // namespace

int sockets(const Context& context, const SocketQuery& query) {
    const SocketsReport report = gather_sockets(context.kernel, context.diag, context.root, query);
    context.print(report, output::text::sockets, output::json::sockets);
    return EXIT_CODE_DONE;
}

static constexpr const char* manual =
    R"(What is queued in sockets, and the memory that it pins: two lines a socket, the one that pins most
first.
A tiny packet can pin a whole block of pages, of which neither
.BR ss (8)
nor
.I /proc/meminfo
tells.
All sockets of all network namespaces are looked at, at once, whenever their memory was allocated:
those of processes, those that wait to be accepted, those that their processes have closed, and
those that are in flight inside a unix socket.
.IP
.B PINNED
is what blocks of pages are behind the data, each at its full size;
.B AMPL
how many times the data that is;
.B DATA
what there is to read or to send;
.B IDLE
for how long nobody has read it.
A block that several sockets share stands with each of them and counts once in the total;
.RB \(lq > \(rq
is before what is at least that much, because the socket was busy or not seen to its end.
.IP
Without the module the kernel's
.BR sock_diag (7)
is asked, which knows truesize, and no pages.
Who may not see all sockets is then shown those that they have open themselves.
Sockets of ping, and of families for which this kernel has no sock_diag, are not shown then, nor are
those in network namespaces that neither a process nor
.I /run/netns
holds.
)";

extern const Command sockets_command{"sockets", "Who queued what, and the memory that it pins",
                                     manual, set_up};

} // namespace ghostmem::commands
