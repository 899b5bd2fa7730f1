#include "lib/kmsg/record.h"

#include <algorithm>
#include <array>

#include "lib/base/words.h"
#include "lib/host/proc_file.h"
#include "lib/host/proc_numbers.h"

namespace ghostmem {

namespace {

constexpr uint32_t levels = 8;

// Longer texts do not occur in the kernel (LOG_LINE_MAX), and matching them takes a deep stack.
constexpr size_t longest_text = 1024;

std::string text_of(std::string_view text) {
    return printable(std::string(text.substr(0, longest_text)));
}

void skip_spaces(std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

// "1234.567890" -> seconds.
std::optional<double> seconds_of(std::string_view text) {
    const size_t dot = text.find('.');
    const auto whole = number_of<uint64_t>(text.substr(0, dot));
    if (!whole || dot == std::string_view::npos || text.size() - dot - 1 != 6)
        return std::nullopt;
    const auto fraction = number_of<uint64_t>(text.substr(dot + 1));
    return fraction
               ? std::optional(static_cast<double>(*whole) + static_cast<double>(*fraction) / 1e6)
               : std::nullopt;
}

// Takes "[   12.345678]" and, as some kernels are configured, "[    T1]" or "[C0]" after it.
void take_time(std::string_view& text, KmsgRecord& record) {
    if (!text.starts_with('['))
        return;
    const size_t end = text.find(']');
    std::string_view inside = text.substr(1, end == std::string_view::npos ? 0 : end - 1);
    skip_spaces(inside);
    record.time_s = seconds_of(inside);
    if (!record.time_s)
        return;
    text.remove_prefix(end + 1);
    std::string_view rest = text;
    skip_spaces(rest);
    const size_t caller_end = rest.find(']');
    if (rest.starts_with('[') && caller_end != std::string_view::npos) {
        std::string_view caller = rest.substr(1, caller_end - 1);
        skip_spaces(caller);
        const bool is_caller = caller.size() > 1 && (caller[0] == 'T' || caller[0] == 'C') &&
                               number_of<uint32_t>(caller.substr(1));
        if (is_caller)
            text = rest.substr(caller_end + 1);
    }
    if (text.starts_with(' '))
        text.remove_prefix(1);
}

// "<6>", of dmesg -r; the number has the facility in its upper bits.
void take_raw_level(std::string_view& text, KmsgRecord& record) {
    const size_t end = text.find('>');
    if (!text.starts_with('<') || end == std::string_view::npos)
        return;
    const auto number = number_of<uint32_t>(text.substr(1, end - 1));
    if (!number)
        return;
    record.level = *number % levels;
    text.remove_prefix(end + 1);
}

// "kern  :warn  : ", of dmesg -x.
void take_words(std::string_view& text, KmsgRecord& record) {
    constexpr std::array<std::string_view, levels> words{"emerg", "alert",  "crit", "err",
                                                         "warn",  "notice", "info", "debug"};
    if (!text.starts_with("kern "))
        return;
    const size_t first = text.find(':');
    const size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second == std::string_view::npos)
        return;
    const auto found = words_of(text.substr(first + 1, second - first - 1));
    const auto* at = found.size() == 1 ? std::ranges::find(words, found[0]) : words.end();
    if (at == words.end())
        return;
    record.level = static_cast<uint32_t>(at - words.begin());
    text.remove_prefix(second + 1);
    skip_spaces(text);
}

// "[Mon Nov 30 20:21:05 2026] ", of dmesg -T.
void take_date(std::string_view& text) {
    constexpr std::array<std::string_view, 7> days{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const size_t end = text.find("] ");
    if (!text.starts_with('[') || end == std::string_view::npos)
        return;
    if (std::ranges::find(days, text.substr(1, 3)) != days.end())
        text.remove_prefix(end + 2);
}

// "Nov 30 20:21:05 host kernel: " or "2026-11-30T20:21:05+00:00 host kernel: ". Returns false if
// the line is another program's.
bool take_syslog(std::string_view& text) {
    const auto words = words_of(text.substr(0, 160));
    const bool iso =
        !words.empty() && words[0].size() > 10 && words[0][4] == '-' && words[0][10] == 'T';
    const size_t tag = iso ? 2 : 4;
    const bool classic = words.size() > 2 && words[2].size() == 8 && words[2][2] == ':' &&
                         words[2][5] == ':' && words[0].size() == 3;
    if ((!iso && !classic) || words.size() <= tag)
        return true;
    if (words[tag] != "kernel:")
        return false;
    text.remove_prefix(static_cast<size_t>(words[tag].data() - text.data()) + words[tag].size());
    if (text.starts_with(' '))
        text.remove_prefix(1);
    return true;
}

} // namespace

std::optional<KmsgRecord> parse_kmsg_record(std::string_view text) {
    const size_t head_end = text.find(';');
    if (head_end == std::string_view::npos)
        return std::nullopt;
    std::array<std::string_view, 3> head{};
    std::string_view rest = text.substr(0, head_end);
    for (std::string_view& part : head) {
        part = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    }
    const auto priority = number_of<uint32_t>(head[0]);
    const auto sequence = number_of<uint64_t>(head[1]);
    const auto time_us = number_of<uint64_t>(head[2]);
    if (!priority || !sequence || !time_us)
        return std::nullopt;
    KmsgRecord record;
    record.sequence = sequence;
    record.level = *priority % levels;
    // The facility. The kernel has 0, which it does not let a program use.
    record.from_kernel = *priority / levels == 0;
    record.time_s = static_cast<double>(*time_us) / 1e6;
    bool first = true;
    for_each_line(text.substr(head_end + 1), [&](std::string_view line) {
        constexpr std::string_view device = " DEVICE=";
        if (first)
            record.text = text_of(line);
        else if (line.starts_with(device))
            record.device = text_of(line.substr(device.size()));
        first = false;
    });
    return record;
}

std::optional<KmsgRecord> parse_log_line(std::string_view line) {
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    KmsgRecord record;
    if (!take_syslog(line))
        return std::nullopt;
    take_raw_level(line, record);
    take_words(line, record);
    take_date(line);
    take_time(line, record);
    if (line.empty())
        return std::nullopt;
    record.text = text_of(line);
    return record;
}

} // namespace ghostmem
