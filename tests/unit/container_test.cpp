#include <gtest/gtest.h>

#include "lib/host/container.h"

namespace ghostmem {
namespace {

const std::string id = "3f2a9c41d07b5e6688aa11bb22cc33dd44ee55ff66aa77bb88cc99dd00ee11ff";
constexpr const char* short_id = "3f2a9c41d07b";

TEST(Container, KnowsTheIdInTheirPaths) {
    for (const std::string& path : {
             "/system.slice/docker-" + id + ".scope",
             "/docker/" + id,
             "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1b2c.slice/"
             "cri-containerd-" +
                 id + ".scope",
             "/kubepods/besteffort/pod1b2c-33/" + id,
             "/kubepods.slice/kubepods-pod1b2c.slice/crio-" + id + ".scope",
             "/machine.slice/libpod-" + id + ".scope/container",
             "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" + id + ".scope",
             "/default/" + id,
         })
        EXPECT_EQ(container_of(path), short_id) << path;
}

TEST(Container, KnowsTheNamesOfOthers) {
    EXPECT_EQ(container_of("/lxc.payload.web1/system.slice/nginx.service"), "web1");
    EXPECT_EQ(container_of("/lxc/web2/init.scope"), "web2");
    EXPECT_EQ(container_of("/machine.slice/machine-deb\\x2d12.scope/payload"), "deb-12");
}

TEST(Container, TheInnermostCounts) {
    EXPECT_EQ(container_of("/lxc.payload.web1/system.slice/docker-" + id + ".scope"), short_id);
}

TEST(Container, KnowsWhatIsNone) {
    for (const std::string& path : {
             std::string(),
             std::string("/"),
             std::string("/system.slice/nginx.service"),
             std::string("/user.slice/user-1000.slice/session-3.scope"),
             std::string("/system.slice/docker.service"),
             "/machine.slice/libpod-conmon-" + id + ".scope",
             "/system.slice/docker-" + id.substr(1) + ".scope",
             "/system.slice/docker-" + id.substr(1) + "g.scope",
         })
        EXPECT_EQ(container_of(path), "") << path;
}

TEST(Container, ChoosesTheHierarchyThatPeopleMean) {
    EXPECT_EQ(cgroup_path("0::/system.slice/nginx.service\n"), "/system.slice/nginx.service");
    EXPECT_EQ(cgroup_path("12:cpu,cpuacct:/a\n5:memory:/docker/x\n1:name=systemd:/b\n0::/\n"),
              "/docker/x");
    EXPECT_EQ(cgroup_path("12:cpu,cpuacct:/a\n1:name=systemd:/b\n"), "/b");
    EXPECT_EQ(cgroup_path("0::/with:colon\n"), "/with:colon");
    for (const char* text : {"", "\n", "0::/\n", "nonsense", ":", "::"})
        EXPECT_EQ(cgroup_path(text), "") << text;
}

} // namespace
} // namespace ghostmem
