#include "parse_problem.h"

#include <algorithm>
#include <map>
#include <optional>

#include "lib/base/suggest.h"

namespace ghostmem {

namespace {

bool takes_value(const CLI::Option& option) {
    return option.get_items_expected_max() != 0;
}

std::vector<std::string> names_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_group().empty())
            continue;
        for (const std::string& name : option->get_lnames())
            names.push_back("--" + name);
    }
    return names;
}

std::vector<std::string> commands_of(const CLI::App& root) {
    std::vector<std::string> names;
    for (const CLI::App* command : root.get_subcommands({}))
        names.push_back(command->get_name());
    return names;
}

std::string quoted(const std::string& word) {
    return "'" + word + "'";
}

std::string meant(const std::string& word, const std::vector<std::string>& known) {
    const std::string guess = closest(word, known);
    return guess.empty() ? "" : "; did you mean " + guess + "?";
}

// Walks through the words as the parser does.
class Reader {
  public:
    explicit Reader(const CLI::App& root) : root_(root), app_(&root) {}

    std::string read(const std::vector<std::string>& words) {
        for (const std::string& word : words) {
            std::string problem;
            if (waiting_ != nullptr)
                waiting_ = nullptr;
            else if (word.size() > 1 && word.front() == '-' && word != "--")
                problem = option(word);
            else
                problem = plain(word);
            if (!problem.empty())
                return problem;
        }
        return end();
    }

  private:
    static std::optional<size_t> equals_in(const std::string& word) {
        const size_t at = word.find('=');
        return word.starts_with("--") && at != std::string::npos ? std::optional(at) : std::nullopt;
    }

    std::string option(const std::string& word) {
        const auto equals = equals_in(word);
        const bool is_long = word.starts_with("--");
        const std::string name =
            is_long ? word.substr(0, equals.value_or(word.size())) : word.substr(0, 2);
        const CLI::Option* found = app_->get_option_no_throw(name);
        if (found == nullptr)
            return unknown(name);
        if (!takes_value(*found))
            return equals ? name + " takes no value" : "";
        if (seen_[found]++ != 0)
            return name + " is given twice";
        if (!equals && (is_long || word.size() == 2)) {
            waiting_ = found;
            waiting_name_ = name;
        }
        return {};
    }

    [[nodiscard]] std::string unknown(const std::string& name) const {
        if (app_ != &root_) {
            std::string of;
            for (const CLI::App* command : root_.get_subcommands({})) {
                if (of.empty() && command->get_option_no_throw(name) != nullptr)
                    of = command->get_name();
            }
            return of.empty() ? "unknown option " + quoted(name) + meant(name, names_of(*app_))
                              : name + " does not apply to " + app_->get_name();
        }
        for (const CLI::App* command : root_.get_subcommands({})) {
            if (command->get_option_no_throw(name) != nullptr)
                return name + " goes after the command, for example: leakctl " +
                       command->get_name() + " " + name;
        }
        return "unknown option " + quoted(name) + meant(name, names_of(root_));
    }

    std::string plain(const std::string& word) {
        if (app_ == &root_) {
            const auto commands = root_.get_subcommands({});
            const auto found = std::ranges::find_if(
                commands, [&](const CLI::App* one) { return one->get_name() == word; });
            if (found == commands.end())
                return "unknown command " + quoted(word) + meant(word, commands_of(root_));
            app_ = *found;
            return {};
        }
        bool none = true;
        for (const CLI::Option* one : app_->get_options()) {
            if (!one->get_positional())
                continue;
            none = false;
            if (seen_[one]++ < one->get_items_expected_max())
                return {};
        }
        return "unexpected word " + quoted(word) + meant_as_value(word) +
               (none ? ": " + app_->get_name() + " takes options only" : "");
    }

    /// "trace 10m": the value of the option that the command cannot do without.
    std::string meant_as_value(const std::string& word) {
        for (const CLI::Option* one : app_->get_options()) {
            if (one->get_required() && seen_[one] == 0)
                return " (as a value: " + one->get_name() + " " + word + ")";
        }
        return {};
    }

    std::string end() {
        if (waiting_ != nullptr)
            return waiting_name_ + " needs a value: " + waiting_name_ + " " +
                   waiting_->get_type_name();
        if (app_ == &root_) {
            std::string words;
            for (const std::string& name : commands_of(root_))
                words += (words.empty() ? "" : ", ") + name;
            return "which command? one of " + words;
        }
        for (const CLI::Option* one : app_->get_options()) {
            const std::string name = one->get_name();
            if (one->get_required() && seen_[one] == 0)
                return app_->get_name() + " needs " + name + " " + one->get_type_name();
            for (const CLI::Option* other : one->get_needs()) {
                if (seen_[one] != 0 && app_->count(other->get_name()) == 0)
                    return name + " has an effect only with " + other->get_name();
            }
        }
        return {};
    }

    const CLI::App& root_;
    const CLI::App* app_;
    std::map<const CLI::Option*, int> seen_;
    const CLI::Option* waiting_ = nullptr; ///< the option whose value is the next word
    std::string waiting_name_;
};

} // namespace

std::string parse_problem(const CLI::App& root, const std::vector<std::string>& words) {
    return Reader(root).read(words);
}

} // namespace ghostmem
