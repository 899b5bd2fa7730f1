// What text looks like on terminals and in locales of all kinds; the real binary runs.
#include <algorithm>
#include <cstdio>
#include <string>

#include <gtest/gtest.h>

namespace ghostmem {
namespace {

std::string output_of(const std::string& command) {
    FILE* pipe = ::popen(command.c_str(), "r");
    std::string text;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe))
        text.push_back(static_cast<char>(c));
    ::pclose(pipe);
    return text;
}

/// `leakctl status` without the module, whose ghosts are an estimate: "± 2.1 MiB".
std::string status_with(const std::string& environment) {
    return "env -u LC_ALL -u LC_CTYPE -u LANG -u COLUMNS -u NO_COLOR " + environment + " " +
           LEAKCTL_BINARY + " status 2>/dev/null";
}

bool is_ascii(const std::string& text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

TEST(Terminal, BeyondAsciiOnlyWhereTheLocaleHasIt) {
    for (const char* plain :
         {"LC_ALL=", "LC_ALL=C", "LC_ALL=C LANG=C.UTF-8", "LANG=de_DE.ISO-8859-1"}) {
        const std::string text = output_of(status_with(plain));
        EXPECT_TRUE(is_ascii(text)) << plain;
        EXPECT_NE(text.find("+- "), std::string::npos) << plain << '\n' << text;
    }
    // Also where this host has no data of such a locale.
    for (const char* utf8 : {"LC_ALL=C.UTF-8", "LANG=xx_XX.UTF-8", "LC_CTYPE=xx_XX.utf8 LANG=C"})
        EXPECT_NE(output_of(status_with(utf8)).find("± "), std::string::npos) << utf8;
}

/// The same on a terminal, which script(1) makes.
std::string on_terminal(const std::string& environment) {
    return output_of("script -qec '" + status_with(environment) + "' /dev/null </dev/null");
}

TEST(Terminal, ColoursOnlyWhereTheTerminalHasThem) {
    EXPECT_NE(on_terminal("TERM=xterm").find("\x1b["), std::string::npos);
    EXPECT_NE(on_terminal("TERM=linux").find("\x1b["), std::string::npos);
    for (const char* plain : {"-u TERM", "TERM=", "TERM=dumb", "TERM=vt52", "TERM=no-such-one",
                              "TERM=xterm NO_COLOR=1"}) {
        const std::string text = on_terminal(plain);
        EXPECT_NE(text.find("Verdict"), std::string::npos) << plain;
        EXPECT_EQ(text.find('\x1b'), std::string::npos) << plain;
    }
    EXPECT_EQ(output_of(status_with("TERM=xterm")).find('\x1b'), std::string::npos);
}

} // namespace
} // namespace ghostmem
