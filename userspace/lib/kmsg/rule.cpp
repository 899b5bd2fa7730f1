#include "lib/kmsg/rule.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <set>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "lib/base/error.h"
#include "lib/base/units.h"
#include "lib/host/proc_file.h"
#include "lib/kmsg/device_rules.h"
#include "lib/kmsg/system_rules.h"

namespace ghostmem {

namespace {

constexpr std::array<std::pair<KmsgSeverity, std::string_view>, 4> severities{{
    {KmsgSeverity::info, "info"},
    {KmsgSeverity::warning, "warning"},
    {KmsgSeverity::error, "error"},
    {KmsgSeverity::critical, "critical"},
}};

constexpr std::array<std::pair<KmsgEnd, std::string_view>, 5> ends{{
    {KmsgEnd::moment, "moment"},
    {KmsgEnd::quiet, "quiet"},
    {KmsgEnd::text, "text"},
    {KmsgEnd::task, "task"},
    {KmsgEnd::never, "never"},
}};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view space = " \t\r";
    const size_t from = text.find_first_not_of(space);
    if (from == std::string_view::npos)
        return {};
    return text.substr(from, text.find_last_not_of(space) - from + 1);
}

class Parser {
  public:
    std::vector<KmsgRule> run(std::string_view text) {
        for_each_line(text, [&](std::string_view line) {
            ++line_;
            take(trimmed(line));
        });
        finish();
        return std::move(rules_);
    }

  private:
    [[noreturn]] void wrong(const std::string& problem) const {
        throw Error(ErrorKind::io, fmt::format("line {}: {}", line_, problem));
    }

    void take(std::string_view line) {
        if (line.empty() || line.starts_with('#'))
            return;
        if (line.starts_with('[') && line.ends_with(']')) {
            finish();
            rules_.emplace_back();
            rules_.back().name = std::string(line.substr(1, line.size() - 2));
            if (rules_.back().name.empty() || !names_.insert(rules_.back().name).second)
                wrong("a rule needs a name of its own");
            return;
        }
        const size_t equals = line.find('=');
        if (equals == std::string_view::npos)
            wrong("expected [name], or key = value");
        if (rules_.empty())
            wrong("a rule begins with its name: [name]");
        try {
            set(trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)));
        } catch (const Error& error) {
            wrong(error.what());
        }
    }

    template <typename Table>
    static auto word_of(const Table& table, std::string_view word, std::string_view key) {
        const auto at =
            std::ranges::find(table, word, [](const auto& each) { return each.second; });
        if (at == table.end())
            throw Error(ErrorKind::io, fmt::format("unknown {} '{}'", key, word));
        return at->first;
    }

    void set(std::string_view key, std::string_view value) {
        KmsgRule& rule = rules_.back();
        if (key == "pattern")
            rule.patterns.emplace_back(value);
        else if (key == "severity")
            rule.severity = word_of(severities, value, key);
        else if (key == "end")
            set_end(rule, value);
        else if (key == "trace" && (value == "yes" || value == "no"))
            rule.trace = value == "yes";
        else if (key == "meaning")
            rule.meaning = std::string(value);
        else
            throw Error(ErrorKind::io, fmt::format("unknown setting '{} = {}'", key, value));
    }

    // "moment", "never", "task", "quiet 60s", "text link is up of {device}"
    static void set_end(KmsgRule& rule, std::string_view value) {
        const size_t space = std::min(value.find(' '), value.size());
        const std::string_view rest = trimmed(value.substr(space));
        rule.end = word_of(ends, value.substr(0, space), "end");
        if (rule.end == KmsgEnd::text) {
            rule.end_texts.emplace_back(rest);
            return;
        }
        if (rule.end == KmsgEnd::quiet) {
            const auto duration = parse_duration(rest);
            if (!duration || duration->count() == 0)
                throw Error(ErrorKind::io, "quiet needs a duration, as in: quiet 60s");
            rule.quiet_s =
                static_cast<uint64_t>(std::chrono::ceil<std::chrono::seconds>(*duration).count());
            return;
        }
        if (!rest.empty())
            throw Error(ErrorKind::io,
                        fmt::format("'{}' is followed by nothing", value.substr(0, space)));
    }

    void finish() const {
        if (!rules_.empty() && rules_.back().patterns.empty())
            wrong(fmt::format("the rule {} before this has no pattern", rules_.back().name));
    }

    std::vector<KmsgRule> rules_;
    std::set<std::string> names_;
    size_t line_ = 0;
};

} // namespace

std::string_view name_of(KmsgSeverity severity) {
    return severities.at(static_cast<size_t>(severity)).second;
}

std::string_view name_of(KmsgEnd end) {
    return ends.at(static_cast<size_t>(end)).second;
}

std::vector<KmsgRule> parse_kmsg_rules(std::string_view text) {
    return Parser().run(text);
}

const std::vector<KmsgRule>& builtin_kmsg_rules() {
    static const std::vector<KmsgRule> rules =
        parse_kmsg_rules(std::string(system_kmsg_rules_text) + std::string(device_kmsg_rules_text));
    return rules;
}

std::vector<KmsgRule> load_kmsg_rules(const std::filesystem::path& root) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(root / "etc/ghostmem/kmsg.d", error)) {
        if (entry.path().extension() == ".rules")
            files.push_back(entry.path());
    }
    std::ranges::sort(files);
    std::vector<KmsgRule> all;
    const auto add = [&](std::vector<KmsgRule> rules) {
        std::erase_if(all, [&](const KmsgRule& known) {
            return std::ranges::find(rules, known.name, &KmsgRule::name) != rules.end();
        });
        std::ranges::move(rules, std::back_inserter(all));
    };
    for (const auto& file : files) {
        const auto text = read_text(file);
        if (!text)
            throw Error(ErrorKind::io, "cannot read " + file.native());
        try {
            add(parse_kmsg_rules(*text));
        } catch (const Error& problem) {
            throw Error(ErrorKind::io, file.native() + ": " + problem.what());
        }
    }
    for (const KmsgRule& rule : builtin_kmsg_rules()) {
        if (std::ranges::find(all, rule.name, &KmsgRule::name) == all.end())
            all.push_back(rule);
    }
    return all;
}

} // namespace ghostmem
