#include "output/text/events.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "lib/base/units.h"
#include "output/text/account_cells.h"

namespace ghostmem::output::text {

namespace {

std::string receipt_words(const AccountEvent& event, const Sampling& sampling) {
    if ((event.flags & GHOSTMEM_ACCOUNT_F_FORGOTTEN) != 0)
        return "what it left is not known: nothing was recorded, or that has been forgotten";
    const Remains left = remains_of(event.left, sampling.page_size);
    if (left.bytes == 0)
        return "left nothing";
    std::string text = "left " + format_amount(left.bytes, sampling.margin(left.error));
    const SiteView& largest = left.sites.front();
    text +=
        fmt::format(" at {}, taken in {}", count_of(left.sites.size(), "site"), largest.function);
    return text;
}

std::string doubts(uint32_t flags) {
    std::string text;
    const auto add = [&](uint32_t flag, const char* words) {
        if ((flags & flag) != 0)
            text += std::string(text.empty() ? " (" : "; ") + words;
    };
    add(GHOSTMEM_ACCOUNT_F_FAILED, "its probe had failed");
    add(GHOSTMEM_ACCOUNT_F_SHARED, "its driver has other devices");
    add(GHOSTMEM_ACCOUNT_F_LATE, "it was there before recording began");
    add(GHOSTMEM_ACCOUNT_F_CUT_SHORT, "not settled: the driver was bound again");
    add(GHOSTMEM_ACCOUNT_F_CUT, "not all sites");
    return text.empty() ? text : text + ")";
}

std::string words_of(const AccountEvent& event, const Sampling& sampling) {
    std::string text = describe(event.identity);
    if (!event.identity.driver.empty())
        text += fmt::format(" ({})", event.identity.driver);
    if (event.kind != EventKind::receipt)
        return text + ": " + std::string(name_of(event.kind));
    return text + ": " + receipt_words(event, sampling) + doubts(event.flags);
}

} // namespace

void events(std::ostream& out, const Style& /*style*/, const EventsReport& report) {
    for (const AccountEvent& event : report.dump.events) {
        const auto at = std::chrono::time_point_cast<std::chrono::seconds>(
            report.now - std::chrono::milliseconds(event.age_ms));
        out << fmt::format("{:%Y-%m-%dT%H:%M:%S}Z  {}\n",
                           fmt::gmtime(std::chrono::system_clock::to_time_t(at)),
                           words_of(event, report.sampling));
    }
}

} // namespace ghostmem::output::text
