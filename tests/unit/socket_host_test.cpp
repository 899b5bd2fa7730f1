// Tests what is read from /proc: descriptors, processes, network namespaces, and whether the caller
// may see all of them.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "lib/base/error.h"
#include "lib/host/descriptors.h"
#include "lib/host/net_namespaces.h"
#include "lib/host/privilege.h"
#include "lib/host/process.h"
#include "lib/host/socket_holders.h"
#include "support/golden.h"
#include "support/socket_samples.h"

namespace ghostmem {
namespace {

using namespace test;
namespace fs = std::filesystem;

struct SocketHost : testing::Test {
    FakeHost host{testing::TempDir() + "/ghostmem-host-" +
                  testing::UnitTest::GetInstance()->current_test_info()->name()};
    const fs::path& root = host.root();

    void TearDown() override { fs::remove_all(root); }
};

TEST_F(SocketHost, DescriptorsAreFoundByInode) {
    host.process(813, "nginx");
    host.process(812, "nginx");
    host.socket(813, 7, 18'002);
    host.socket(812, 11, 18'002);
    host.socket(812, 4, 18'002);
    host.socket(812, 5, 18'003);
    fs::create_symlink("pipe:[18002]", root / "proc/812/fd/6");
    fs::create_symlink("socket:[x]", root / "proc/812/fd/8");
    fs::create_symlink("socket:[18004", root / "proc/812/fd/9");
    const auto open = Descriptors::read(root);
    const auto owners = open.owners(18'002);
    ASSERT_EQ(owners.size(), 3U);
    EXPECT_EQ(owners[0].pid, 812U);
    EXPECT_EQ(owners[0].fd, 4U);
    EXPECT_EQ(owners[0].comm, "nginx");
    EXPECT_EQ(owners[1].fd, 11U);
    EXPECT_EQ(owners[2].pid, 813U);
    EXPECT_EQ(open.owners(18'003).size(), 1U);
    EXPECT_TRUE(open.owners(18'004).empty());
    EXPECT_EQ(open.closed(), 0U);
}

TEST_F(SocketHost, OnlyWantedDescriptorsAreKept) {
    host.process(812, "nginx");
    host.socket(812, 4, 1);
    host.socket(812, 5, 2);
    const auto open = Descriptors::read(root, [](uint64_t inode) { return inode == 2; });
    EXPECT_FALSE(open.has(1));
    EXPECT_TRUE(open.has(2));
}

TEST_F(SocketHost, DescriptorsThatMayNotBeReadAreCounted) {
    host.process(812, "nginx");
    host.socket(812, 4, 1);
    // Root may read every directory, so a regular file takes the place of an unreadable one.
    fs::remove_all(root / "proc/812/fd");
    std::ofstream(root / "proc/812/fd") << "closed";
    host.process(813, "gone");
    fs::remove(root / "proc/813/fd");
    const auto open = Descriptors::read(root);
    EXPECT_EQ(open.closed(), 1U);
    EXPECT_FALSE(open.has(1));
}

TEST_F(SocketHost, AHostWithoutProcHasNone) {
    EXPECT_FALSE(Descriptors::read(root / "nowhere").has(1));
}

TEST_F(SocketHost, ProcessesHaveStateAndContainer) {
    const std::string id(64, 'a');
    host.process(812, "nginx", 'T', "/system.slice/docker-" + id + ".scope");
    host.process(813, "b\x1b[2J", 'D');
    Processes processes(root);
    const Process& nginx = processes.of(812);
    EXPECT_EQ(nginx.comm, "nginx");
    EXPECT_TRUE(nginx.stopped());
    EXPECT_EQ(nginx.state_words(), "stopped (T)");
    EXPECT_EQ(nginx.container, id.substr(0, 12));
    EXPECT_EQ(processes.of(813).comm, "b?[2J");
    EXPECT_EQ(processes.of(813).state_words(), "uninterruptible (D)");
    EXPECT_EQ(processes.of(999).state_words(), "");
    EXPECT_EQ(processes.of(999).comm, "");
    // A process is read once and then cached.
    host.process(812, "other", 'S');
    EXPECT_EQ(processes.of(812).comm, "nginx");
}

TEST_F(SocketHost, NamespacesAreThoseOfProcessesAndOfNames) {
    host.process(812, "nginx");
    host.process(900, "other", 'S', "/", other_netns);
    host.process(901, "another", 'S', "/", other_netns);
    host.namespace_name("blue");
    const auto namespaces = NetNamespaces::read(root);
    EXPECT_EQ(namespaces.own(), own_netns);
    const auto all = namespaces.all();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].inode, own_netns);
    EXPECT_TRUE(all[0].path.empty());
    const auto of = [&](uint32_t inode) {
        return std::ranges::find(all, inode, &NetNamespace::inode);
    };
    EXPECT_NE(of(other_netns), all.end());
    EXPECT_TRUE(of(other_netns)->path.native().ends_with("/ns/net"));
    const auto blue = namespaces.resolve("blue");
    EXPECT_EQ(namespaces.name_of(blue), "blue");
    EXPECT_EQ(of(blue)->path, root / "run/netns/blue");
}

TEST_F(SocketHost, NamespacesGoByNumberPidPathAndName) {
    host.process(900, "other", 'S', "/", other_netns);
    const auto namespaces = NetNamespaces::read(root);
    EXPECT_EQ(namespaces.resolve("4026532999"), 4026532999U);
    EXPECT_EQ(namespaces.resolve("900"), other_netns);
    EXPECT_NE(namespaces.resolve("/proc/self/ns/net"), 0U);
    for (const char* text : {"901", "red", "/nowhere", "/etc/passwd", "-1", "4026532999x"}) {
        try {
            (void)namespaces.resolve(text);
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::io);
            EXPECT_NE(std::string(error.what()).find(text), std::string::npos) << error.what();
        }
    }
}

TEST_F(SocketHost, TheCapabilityAloneIsNotEnough) {
    EXPECT_TRUE(may_see_all_sockets(root));
    host.privileged(false);
    EXPECT_FALSE(may_see_all_sockets(root));
    // Root in a user namespace has all capabilities, but only in that namespace.
    host.privileged(true);
    fs::remove(root / "proc/self/ns/user");
    fs::create_symlink("user:[4026532300]", root / "proc/self/ns/user");
    EXPECT_FALSE(may_see_all_sockets(root));
    // A kernel without user namespaces.
    fs::remove(root / "proc/self/ns/user");
    EXPECT_TRUE(may_see_all_sockets(root));
    EXPECT_FALSE(may_see_all_sockets(root / "nowhere"));
}

TEST_F(SocketHost, HoldersAreFoundAmongSocketsFirst) {
    Socket waiting = tcp_socket(0);
    waiting.holder = 18'000;
    Socket listener = tcp_socket(18'000);
    host.process(5, "other");
    host.socket(5, 3, 18'000);
    EXPECT_EQ(SocketHolders({waiting, listener}, root).of(waiting).at(0).pid, 812U);
    // A listener that is not in the list is looked up in /proc.
    EXPECT_EQ(SocketHolders({waiting}, root).of(waiting).at(0).comm, "other");
    EXPECT_TRUE(SocketHolders({waiting}, root / "nowhere").of(waiting).empty());
    EXPECT_TRUE(SocketHolders({listener}, root).of(listener).empty());
}

} // namespace
} // namespace ghostmem
