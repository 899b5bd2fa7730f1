#include "gmnl/malformed.h"

#include <cerrno>
#include <cstdio>
#include <functional>
#include <stdexcept>
#include <tuple>
#include <utility>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sys/utsname.h>

#include <linux/ghostmem.h>

namespace gmnl {
namespace {

bool kernel_at_least(int major, int minor) {
    utsname names{};
    int has_major = 0;
    int has_minor = 0;
    if (uname(&names) != 0 || std::sscanf(names.release, "%d.%d", &has_major, &has_minor) != 2)
        throw std::runtime_error("cannot tell the kernel's version");
    return std::pair(has_major, has_minor) >= std::pair(major, minor);
}

} // namespace

std::vector<Malformed> malformed_abi(const Peer& peer) {
    const uint32_t own = GHOSTMEM_ABI;
    const std::string named = "ABI " + std::to_string(GHOSTMEM_ABI);
    std::vector<Malformed> all;
    for (const auto& [word, command, flags] :
         {std::tuple{"status", GHOSTMEM_CMD_STATUS_GET, do_flags},
          std::tuple{"sites", GHOSTMEM_CMD_SITE_GET, dump_flags},
          std::tuple{"skbs", GHOSTMEM_CMD_SKB_GET, dump_flags},
          std::tuple{"sockets", GHOSTMEM_CMD_SOCKET_GET, dump_flags},
          std::tuple{"zones", GHOSTMEM_CMD_ZONE_GET, dump_flags},
          std::tuple{"devices", GHOSTMEM_CMD_DEVICE_GET, dump_flags},
          std::tuple{"modules", GHOSTMEM_CMD_MODULE_GET, dump_flags},
          std::tuple{"events", GHOSTMEM_CMD_EVENT_GET, dump_flags},
          std::tuple{"reset", GHOSTMEM_CMD_RESET, do_flags},
          std::tuple{"config", GHOSTMEM_CMD_CONFIG_SET, do_flags}}) {
        const std::string of = std::string(word) + ": ";
        // Copies: clang before 16 refuses to capture a binding itself.
        const auto request = [&peer, number = static_cast<uint8_t>(command), flags = flags] {
            return peer.request(number, flags);
        };
        all.push_back({of + "no ABI", request(), EINVAL, Words::wanted, "ABI"});
        all.push_back(
            {of + "ABI of two bytes", request().put<uint16_t>(GHOSTMEM_A_ABI, 1), EINVAL});
        all.push_back(
            {of + "ABI of eight bytes", request().put<uint64_t>(GHOSTMEM_A_ABI, 1), EINVAL});
        all.push_back({of + "ABI that ends beyond the message",
                       request()
                           .attribute(GHOSTMEM_A_ABI, NLA_HDRLEN + sizeof(own), &own, 2)
                           .cut(NLMSG_HDRLEN + GENL_HDRLEN + NLA_HDRLEN + 2),
                       EINVAL});
        all.push_back({of + "ABI marked as nested",
                       request().put<uint32_t>(GHOSTMEM_A_ABI | NLA_F_NESTED, own), EINVAL});
        if (command == GHOSTMEM_CMD_STATUS_GET)
            continue;
        for (const uint32_t foreign : {0U, own + 1, 0xffffffffU}) {
            Request odd = request().abi(foreign);
            if (command == GHOSTMEM_CMD_CONFIG_SET)
                odd.nest(config_nest,
                         [](Request& in) { in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0); });
            all.push_back(
                {of + "foreign ABI " + std::to_string(foreign), odd, EPROTO, Words::wanted, named});
        }
    }
    return all;
}

std::vector<Malformed> malformed_attributes(const Peer& peer) {
    const auto status = [&] { return peer.status_request(); };
    const auto reset = [&] { return peer.request(GHOSTMEM_CMD_RESET).abi(); };
    const auto sites = [&] { return peer.request(GHOSTMEM_CMD_SITE_GET, dump_flags).abi(); };
    const auto skbs = [&] { return peer.request(GHOSTMEM_CMD_SKB_GET, dump_flags).abi(); };
    const auto sockets = [&] { return peer.request(GHOSTMEM_CMD_SOCKET_GET, dump_flags).abi(); };
    const auto zones = [&] { return peer.request(GHOSTMEM_CMD_ZONE_GET, dump_flags).abi(); };
    const auto fill_filter = [](Request& in) { in.put<uint64_t>(GHOSTMEM_FILTER_A_MIN, 1); };
    const auto fill_config = [](Request& in) { in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0); };
    return {
        {"devices with SINCE",
         peer.request(GHOSTMEM_CMD_DEVICE_GET, dump_flags).abi().put<uint64_t>(GHOSTMEM_A_SINCE, 1),
         EINVAL},
        {"events with SINCE of four bytes",
         peer.request(GHOSTMEM_CMD_EVENT_GET, dump_flags).abi().put<uint32_t>(GHOSTMEM_A_SINCE, 1),
         EINVAL},
        {"unknown attribute", reset().put<uint32_t>(GHOSTMEM_A_MAX + 1, 1), EINVAL},
        {"attribute of type 0", reset().put<uint32_t>(GHOSTMEM_A_UNSPEC, 1), EINVAL},
        {"attribute of the largest type", reset().put<uint32_t>(NLA_TYPE_MASK, 1), EINVAL},
        {"padding", reset().put<uint32_t>(GHOSTMEM_A_PAD, 1), EINVAL},
        {"reset with CONFIG", reset().nest(config_nest, fill_config), EINVAL},
        {"reset with FILTER", reset().nest(filter_nest, fill_filter), EINVAL},
        {"reset with VERSION", reset().put<uint32_t>(GHOSTMEM_A_VERSION, 'x'), EINVAL},
        {"status with FILTER", status().nest(filter_nest, fill_filter), EINVAL},
        {"status with STATUS", status().nest(GHOSTMEM_A_STATUS | NLA_F_NESTED, fill_filter),
         EINVAL},
        {"sites with CONFIG", sites().nest(config_nest, fill_config), EINVAL},
        {"sites with SITE", sites().nest(GHOSTMEM_A_SITE | NLA_F_NESTED, fill_filter), EINVAL},
        {"sites with TOP", sites().put<uint32_t>(GHOSTMEM_A_TOP, 1), EINVAL},
        {"skbs with CONFIG", skbs().nest(config_nest, fill_config), EINVAL},
        {"skbs with TOP", skbs().put<uint32_t>(GHOSTMEM_A_TOP, 1), EINVAL},
        {"sockets with FILTER", sockets().nest(filter_nest, fill_filter), EINVAL},
        {"sockets with CENSUS", sockets().nest(GHOSTMEM_A_CENSUS | NLA_F_NESTED, fill_filter),
         EINVAL},
        {"sockets, TOP 0", sockets().put<uint32_t>(GHOSTMEM_A_TOP, 0), ERANGE},
        {"sockets, TOP of one byte", sockets().put<uint8_t>(GHOSTMEM_A_TOP, 1), EINVAL},
        {"sockets, TOP of eight bytes", sockets().put<uint64_t>(GHOSTMEM_A_TOP, 1), EINVAL},
        {"zones with FILTER", zones().nest(filter_nest, fill_filter), EINVAL},
        {"zones with TOP", zones().put<uint32_t>(GHOSTMEM_A_TOP, 1), EINVAL},
        {"zones with ZONE", zones().nest(GHOSTMEM_A_ZONE | NLA_F_NESTED, fill_filter), EINVAL},
        {"FILTER not marked as nested", sites().nest(GHOSTMEM_A_FILTER, fill_filter), EINVAL},
        {"three bytes after the last attribute", reset().raw("\xff\xff\xff", 3), EINVAL},
        {"an attribute of length 0 after the last", reset().attribute(0, 0, nullptr, 0), EINVAL},
        {"an attribute of length 3 after the last",
         reset().attribute(GHOSTMEM_A_ABI, 3, nullptr, 0), EINVAL},
    };
}

std::vector<Malformed> malformed_filter(const Peer& peer) {
    const auto sites = [&](const std::function<void(Request&)>& fill) {
        return peer.request(GHOSTMEM_CMD_SITE_GET, dump_flags).abi().nest(filter_nest, fill);
    };
    const auto skbs = [&](const std::function<void(Request&)>& fill) {
        return peer.request(GHOSTMEM_CMD_SKB_GET, dump_flags).abi().nest(filter_nest, fill);
    };
    const auto window = [&](uint64_t since, uint64_t until) {
        return sites([&](Request& in) {
            in.put<uint64_t>(GHOSTMEM_FILTER_A_SINCE_S, since);
            in.put<uint64_t>(GHOSTMEM_FILTER_A_UNTIL_S, until);
        });
    };
    return {
        {"FILTER: unknown attribute",
         sites([](Request& in) { in.put<uint64_t>(GHOSTMEM_FILTER_A_MAX + 1, 1); }), EINVAL},
        {"FILTER: MIN of four bytes",
         sites([](Request& in) { in.put<uint32_t>(GHOSTMEM_FILTER_A_MIN, 1); }), EINVAL},
        {"FILTER: garbage",
         sites([](Request& in) { in.raw("\xff\xff\xff\xff\xff\xff\xff\xff", 8); }), EINVAL},
        {"FILTER: two bytes", // shorter than any attribute
         peer.request(GHOSTMEM_CMD_SITE_GET, dump_flags)
             .abi()
             .attribute(filter_nest, NLA_HDRLEN + 2, "\xff\xff", 2),
         ERANGE},
        // Records of sk_buffs have no time window, so a request with one must not return all of
        // them.
        {"FILTER: SINCE for sk_buffs",
         skbs([](Request& in) { in.put<uint64_t>(GHOSTMEM_FILTER_A_SINCE_S, 1); }), EINVAL},
        {"FILTER: UNTIL for sk_buffs",
         skbs([](Request& in) { in.put<uint64_t>(GHOSTMEM_FILTER_A_UNTIL_S, 1); }), EINVAL},
        {"FILTER: window of no length", window(5, 5), EINVAL, Words::wanted, "window"},
        {"FILTER: window backwards", window(6, 5), EINVAL, Words::wanted, "window"},
        {"FILTER: window that ends at 0",
         sites([](Request& in) { in.put<uint64_t>(GHOSTMEM_FILTER_A_UNTIL_S, 0); }), EINVAL,
         Words::wanted, "window"},
        {"FILTER: window that begins at the end of time",
         sites([](Request& in) { in.put<uint64_t>(GHOSTMEM_FILTER_A_SINCE_S, UINT64_MAX); }),
         EINVAL, Words::wanted, "window"},
    };
}

std::vector<Malformed> malformed_config(const Peer& peer) {
    const auto config = [&](const std::function<void(Request&)>& fill) {
        return peer.request(GHOSTMEM_CMD_CONFIG_SET).abi().nest(config_nest, fill);
    };
    const auto fill = [](Request& in) { in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0); };
    const auto bare = [&] { return peer.request(GHOSTMEM_CMD_CONFIG_SET).abi(); };
    return {
        {"CONFIG: missing", bare(), EINVAL, Words::wanted, "CONFIG"},
        {"CONFIG: empty", config([](Request&) {}), EINVAL, Words::wanted, "CONFIG"},
        {"CONFIG: not marked as nested", bare().nest(GHOSTMEM_A_CONFIG, fill), EINVAL},
        {"CONFIG: with FILTER beside it", config(fill).nest(filter_nest, [](Request&) {}), EINVAL},
        {"CONFIG: unknown attribute beside a good one", config([](Request& in) {
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0);
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MAX + 1, 0);
         }),
         EINVAL},
        {"CONFIG: garbage after a good one", config([](Request& in) {
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0);
             in.raw("\x03\x00\x02\x00", 4);
         }),
         EINVAL},
        // Range checks by the netlink policy return an errno of their own.
        {"CONFIG: MODE 3", peer.mode_request(3), ERANGE},
        {"CONFIG: MODE 0xffffffff", peer.mode_request(0xffffffff), ERANGE},
        {"CONFIG: LEVEL 0",
         config([](Request& in) { in.put<uint8_t>(GHOSTMEM_CONFIG_A_LEVEL, 0); }), ERANGE},
        {"CONFIG: LEVEL 21",
         config([](Request& in) { in.put<uint8_t>(GHOSTMEM_CONFIG_A_LEVEL, 21); }), ERANGE},
        {"CONFIG: LEVEL of four bytes",
         config([](Request& in) { in.put<uint32_t>(GHOSTMEM_CONFIG_A_LEVEL, 7); }), EINVAL},
        {"CONFIG: BUDGET_PPM 1000001", config([](Request& in) {
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_BUDGET_PPM, GHOSTMEM_BUDGET_PPM_MAX + 1);
         }),
         ERANGE},
        {"CONFIG: a good MODE, and a BUDGET_PPM out of range", config([](Request& in) {
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0);
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_BUDGET_PPM, 0xffffffff);
         }),
         ERANGE},
        {"CONFIG: MODE of one byte",
         config([](Request& in) { in.put<uint8_t>(GHOSTMEM_CONFIG_A_MODE, 0); }), EINVAL},
        {"CONFIG: MODE of eight bytes",
         config([](Request& in) { in.put<uint64_t>(GHOSTMEM_CONFIG_A_MODE, 0); }), EINVAL},
        {"CONFIG: a good MODE, then a bad one", config([](Request& in) {
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 0);
             in.put<uint32_t>(GHOSTMEM_CONFIG_A_MODE, 7);
         }),
         ERANGE},
    };
}

std::vector<Malformed> malformed_headers(const Peer& peer) {
    const int family = peer.family();
    const auto command = [&](int number, int flags) {
        return peer.request(static_cast<uint8_t>(number), flags).abi();
    };
    std::vector<Malformed> all{
        {"command 0", command(GHOSTMEM_CMD_UNSPEC, do_flags), EOPNOTSUPP, Words::any},
        {"command one too many", command(GHOSTMEM_CMD_MAX + 1, do_flags), EOPNOTSUPP, Words::any},
        {"command 255", command(255, do_flags), EOPNOTSUPP, Words::any},
        {"dump of a command one too many", command(GHOSTMEM_CMD_MAX + 1, dump_flags), EOPNOTSUPP,
         Words::any},
        {"sites without NLM_F_DUMP", command(GHOSTMEM_CMD_SITE_GET, do_flags), EOPNOTSUPP,
         Words::any},
        {"skbs without NLM_F_DUMP", command(GHOSTMEM_CMD_SKB_GET, do_flags), EOPNOTSUPP,
         Words::any},
        {"sockets without NLM_F_DUMP", command(GHOSTMEM_CMD_SOCKET_GET, do_flags), EOPNOTSUPP,
         Words::any},
        {"zones without NLM_F_DUMP", command(GHOSTMEM_CMD_ZONE_GET, do_flags), EOPNOTSUPP,
         Words::any},
        {"devices without NLM_F_DUMP", command(GHOSTMEM_CMD_DEVICE_GET, do_flags), EOPNOTSUPP,
         Words::any},
        {"events without NLM_F_DUMP", command(GHOSTMEM_CMD_EVENT_GET, do_flags), EOPNOTSUPP,
         Words::any},
        {"status as a dump", command(GHOSTMEM_CMD_STATUS_GET, dump_flags), EOPNOTSUPP, Words::any},
        {"reset as a dump", command(GHOSTMEM_CMD_RESET, dump_flags), EOPNOTSUPP, Words::any},
        {"a header and nothing else", command(GHOSTMEM_CMD_RESET, do_flags).cut(NLMSG_HDRLEN),
         EINVAL, Words::any},
        {"half a generic header", command(GHOSTMEM_CMD_RESET, do_flags).cut(NLMSG_HDRLEN + 2),
         EINVAL, Words::any},
        {"a good request that is claimed to be shorter than its header",
         command(GHOSTMEM_CMD_RESET, do_flags), EINVAL, Words::any, "", NLMSG_HDRLEN + 3},
    };
    // Strict validation of new commands was added by 9c5d03d36251 (6.1).
    if (kernel_at_least(6, 1)) {
        all.push_back({"reserved field of the generic header",
                       Request(family, GHOSTMEM_CMD_RESET, do_flags, 1, 1).abi(), EINVAL});
        all.push_back({"a flag that means nothing here",
                       command(GHOSTMEM_CMD_RESET, do_flags | 0x8000), EINVAL});
    }
    return all;
}

} // namespace gmnl
