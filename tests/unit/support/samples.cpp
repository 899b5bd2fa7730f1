#include "support/samples.h"

#include <bit>
#include <regex>

namespace ghostmem::test {

namespace {

constexpr uint64_t mib = 1024 * 1024;

uint32_t number(const std::string& hex) {
    return hex.empty() ? 0 : static_cast<uint32_t>(std::stoul(hex, nullptr, 16));
}

} // namespace

Frame frame(const std::string& text) {
    static const std::regex form(
        R"(([^ +]+)(?:\+(0x[0-9a-f]+)/(0x[0-9a-f]+))?(?: \[(\w+)(, unloaded)?\])?)");
    std::smatch match;
    if (!std::regex_match(text, match, form))
        throw std::invalid_argument("not a frame: " + text);
    Frame frame;
    frame.symbol = match[1] == "?" ? "" : match[1].str();
    frame.offset = number(match[2]);
    frame.size = number(match[3]);
    frame.module = match[4];
    if (match[5].matched)
        frame.state = CodeState::unloaded;
    else if (match[4].matched)
        frame.state = CodeState::live;
    return frame;
}

std::vector<Frame> stack(std::initializer_list<const char*> frames) {
    std::vector<Frame> stack;
    for (const char* text : frames)
        stack.push_back(frame(text));
    return stack;
}

Site site(uint32_t id, uint64_t live_pages, std::vector<Frame> frames) {
    Site site;
    site.slot = id;
    site.live_pages = live_pages;
    site.alloc_pages = site.allocs = live_pages + 10;
    site.free_pages = site.frees = 10;
    if (live_pages != 0) {
        site.oldest_s = 60 * id;
        site.oldest_pid = 1000 + id;
    }
    site.frames = std::move(frames);
    return site;
}

Status recording_status() {
    Status status;
    status.abi = GHOSTMEM_ABI;
    status.version = "0.1.0";
    status.mode = Mode::exact;
    status.clock_s = 11521;
    status.armed_s = 11520;
    status.generation = 1;
    status.page_size = 4096;
    status.live_pages = 66000;
    status.allocs = 1'000'000;
    status.frees = 950'000;
    status.frees_unknown_pages = 4711;
    status.sites = 412;
    status.sites_max = 16384;
    status.map_bytes = 12 * mib;
    status.sites_bytes = 5 * mib;
    status.stacks_unwound = 3021;
    status.level_min = 7;
    status.budget_ppm = 10'000;
    status.cost_ppm = 1234;
    status.pair_ns = 90;
    status.lost = {{"recursion", 0, "an event inside a hook; not recorded"},
                   {"sites_full", 0, "the site table was full: counted under (other)"}};
    const auto hook = [](const char* name, const char* target, HookKind kind, bool needed) {
        return Hook{name,        target,
                    kind,        HookState::attached,
                    needed,      std::string("what ") + name + " sees is not seen",
                    1000,        0,
                    std::nullopt};
    };
    status.hooks = {hook("page_alloc", "mm_page_alloc", HookKind::tracepoint, true),
                    hook("page_free", "mm_page_free", HookKind::tracepoint, true),
                    hook("alloc_bulk", "__alloc_pages_bulk", HookKind::kretprobe, false)};
    return status;
}

Ledger leaky_ledger() {
    Ledger ledger;
    ledger.total = 16384 * mib;
    ledger.free = 5120 * mib;
    ledger.applications = 2048 * mib;
    ledger.kernel = 512 * mib;
    ledger.ghost = 8704 * mib;
    return ledger;
}

Ledger healthy_ledger() {
    Ledger ledger = leaky_ledger();
    ledger.free = 13568 * mib;
    ledger.ghost = 256 * mib;
    return ledger;
}

std::vector<Site> sample_sites() {
    Site lab = site(2, 4096,
                    stack({"__alloc_pages+0x2a1/0x300", "alloc_pages+0x9b/0x140",
                           "lab_take_blocks+0x5c/0x120 [lab, unloaded]",
                           "lab_probe+0x1d2/0x3f0 [lab, unloaded]", "local_pci_probe+0x42/0x80",
                           "pci_device_probe+0x9a/0x110", "really_probe+0xde/0x380"}));
    lab.order = 3;
    Site nic =
        site(3, 512,
             stack({"__alloc_pages+0x2a1/0x300", "page_frag_alloc_align+0x71/0x130",
                    "__netdev_alloc_skb+0x9d/0x150", "e1000_clean_rx_irq+0x141/0x570 [e1000]",
                    "e1000_clean+0x2e5/0x8d0 [e1000]", "__napi_poll+0x27/0x170"}));
    nic.flags = GHOSTMEM_SITE_F_OLDEST_MIN;
    Site sockets = site(4, 128,
                        stack({"__alloc_pages+0x2a1/0x300", "skb_page_frag_refill+0x6b/0xe0",
                               "sk_page_frag_refill+0x1a/0x70", "tcp_sendmsg_locked+0x452/0xd50",
                               "tcp_sendmsg+0x27/0x40", "sock_sendmsg+0x5b/0x70"}));
    Site slab = site(
        5, 60000,
        stack({"__alloc_pages+0x2a1/0x300", "allocate_slab+0x5a/0x3f0", "___slab_alloc+0x3ba/0x8d0",
               "kmem_cache_alloc+0x2a9/0x310", "vm_area_dup+0x21/0x90", "dup_mmap+0x2a4/0x640"}));
    // Trends over windows of 10 seconds and of 10 minutes.
    lab.trends = {{10, 4096, 4080}, {601, 4096, 3496}};
    nic.trends = {{10, 512, 640}, {601, 500, 500}};
    sockets.trends = {{10, 32, 32}, {601, 16, 80}};
    slab.trends = {{10, 60000, 60000}, {601, 59000, 58000}};
    lab.ages = {16, 80, 600, 1400, 2000, 0};
    nic.ages = {512, 0, 0, 0, 0, 0};
    Site gone = site(6, 0, stack({"__get_free_pages+0xd/0x40", "pipe_write+0x100/0x600"}));
    return {lab, nic, sockets, slab, gone};
}

SocketSummary summary_of(SocketDump dump) {
    FakeClock clock;
    FakeKernel kernel(clock);
    kernel.census = std::move(dump);
    return summarize_sockets(kernel, "/nowhere", kernel.state.page_size);
}

StatusReport sample_report() {
    StatusReport report;
    report.ledger = leaky_ledger();
    report.status = recording_status();
    report.sites = make_views(sample_sites(), 4096);
    std::erase_if(report.sites, [](const SiteView& view) { return view.live_bytes == 0; });
    report.sites_known = true;
    report.sockets = summary_of(sample_sockets());
    report.verdict =
        judge({report.ledger, report.status, report.sites, report.load_policy, &*report.sockets});
    return report;
}

Status FakeKernel::status() {
    before_status();
    Status status = state;
    if (status.mode != Mode::off)
        status.clock_s = 1 + static_cast<uint64_t>(clock_.time.count()) / 1000;
    return status;
}

void FakeKernel::configure(const ConfigChange& change) {
    if (change.mode && *change.mode != state.mode) {
        state.mode = *change.mode;
        ++state.generation;
    }
    if (change.interval_bytes)
        state.level_min = static_cast<uint32_t>(std::countr_zero(*change.interval_bytes)) - 12;
    if (change.budget_ppm)
        state.budget_ppm = *change.budget_ppm;
    if (change.skb)
        state.skb = *change.skb ? std::optional(watching_skbs()) : std::nullopt;
}

void FakeKernel::start_search() {
    ++searches;
    asked_states_ = 0;
}

SearchState FakeKernel::search() {
    if (search_states.empty())
        return {};
    return search_states.at(std::min(asked_states_++, search_states.size() - 1));
}

std::vector<Site> FakeKernel::sites(const SiteFilter& filter) {
    before_sites();
    asked.push_back(filter);
    std::vector<Site> found;
    for (Site site : held) {
        if (filter.since_s)
            site.window_pages = site.live_pages / 2;
        if (site.window_pages.value_or(site.live_pages) >= filter.min_pages)
            found.push_back(site);
    }
    return found;
}

SocketDump FakeKernel::sockets(std::optional<uint32_t> top) {
    before_sockets();
    asked_tops.push_back(top);
    SocketDump dump = census;
    if (top && dump.sockets.size() > *top)
        dump.sockets.erase(dump.sockets.begin() + *top, dump.sockets.end());
    return dump;
}

} // namespace ghostmem::test
