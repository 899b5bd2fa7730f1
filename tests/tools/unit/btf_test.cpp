// Tests how gmkcore finds members in BTF, however they are nested.
#include <gtest/gtest.h>

#include "gmkcore/btf.h"
#include "unit/synthetic_btf.h"

namespace gmkcore {
namespace {

TEST(Btf, NamesWhereAMemberLies) {
    SyntheticBtf made;
    const uint32_t word = made.integer("unsigned int", 4);
    const uint32_t wide = made.integer("unsigned long", 8);
    made.structure("sk_buff", 24, {{"len", word, 0}, {"head", made.pointer(wide), 64}});
    const Btf types(made.blob());

    EXPECT_EQ(types.size("sk_buff"), 24U);
    const Field head = types.field("sk_buff", "head");
    EXPECT_EQ(head.offset, 8U);
    EXPECT_EQ(head.size, 8U);
    EXPECT_EQ(head.width, 0U);
    EXPECT_EQ(types.field("sk_buff", "len").size, 4U);
}

TEST(Btf, FindsMembersOfAnonymousMembers) {
    SyntheticBtf made;
    const uint32_t word = made.integer("unsigned int", 4);
    const uint32_t inner = made.structure("", 8, {{"a", word, 0}, {"b", word, 32}});
    const uint32_t outer = made.structure("", 8, {{"", inner, 0}});
    made.structure("page", 16, {{"flags", word, 0}, {"", outer, 64}});

    EXPECT_EQ(Btf(made.blob()).field("page", "b").offset, 12U);
}

TEST(Btf, FollowsPathsThroughNamesAndQualifiers) {
    SyntheticBtf made;
    const uint32_t word = made.integer("unsigned int", 4);
    const uint32_t vec =
        made.structure("bio_vec", 16, {{"bv_page", word, 0}, {"bv_len", word, 64}});
    const uint32_t frag = made.type_definition("skb_frag_t", made.constant(vec));
    made.structure("skb_shared_info", 320, {{"frags", made.array(frag, 17), 384}});
    const Btf types(made.blob());

    EXPECT_EQ(types.field("skb_shared_info", "frags.0").size, 16U);
    EXPECT_EQ(types.field("skb_shared_info", "frags.3.bv_len").offset, 48U + 3 * 16 + 8);
    EXPECT_EQ(types.field("skb_shared_info", "frags").size, 17U * 16);
    EXPECT_FALSE(types.find("skb_shared_info", "frags.x"));
    EXPECT_FALSE(types.find("skb_shared_info", "frags.0.netmem"));
}

TEST(Btf, TakesTheFirstNameThereIs) {
    SyntheticBtf made;
    const uint32_t word = made.integer("unsigned long", 8);
    made.structure("page", 64, {{"flags", word, 0}, {"compound_info", word, 64}});
    const Btf types(made.blob());

    EXPECT_EQ(types.field("page", {"compound_head", "compound_info"}).offset, 8U);
    EXPECT_THROW(static_cast<void>(types.field("page", {"lru", "index"})), std::runtime_error);
}

TEST(Btf, KnowsBitFields) {
    SyntheticBtf made;
    const uint32_t byte = made.integer("unsigned char", 1);
    made.structure("sk_buff", 8, {{"cloned", byte, 32, 1}, {"fclone", byte, 34, 2}});
    const Field field = Btf(made.blob()).field("sk_buff", "fclone");

    EXPECT_EQ(field.offset, 4U);
    EXPECT_EQ(field.bit, 2U);
    EXPECT_EQ(field.width, 2U);
}

TEST(Btf, KnowsEnumerators) {
    SyntheticBtf made;
    made.enumeration({{"PG_locked", 0}, {"PG_head", 6}, {"MINUS", -1}});
    made.enumeration64({{"WIDE", 0x123456789abcULL}});
    const Btf types(made.blob());

    EXPECT_EQ(types.enumerator("PG_head"), 6);
    EXPECT_EQ(types.enumerator("MINUS"), -1);
    EXPECT_EQ(types.enumerator("WIDE"), 0x123456789abcLL);
    EXPECT_FALSE(types.enumerator("PG_slab"));
}

TEST(Btf, PassesOverWhatItNeedsNot) {
    SyntheticBtf made;
    const uint32_t word = made.integer("unsigned int", 4);
    made.function(word, 3);
    made.structure("sock", 4, {{"a", word, 0}});

    EXPECT_TRUE(Btf(made.blob()).has("sock"));
}

TEST(Btf, RefusesWhatIsNone) {
    SyntheticBtf made;
    const uint32_t word = made.integer("unsigned int", 4);
    made.structure("sock", 4, {{"a", word, 0}});
    const std::string good = made.blob();

    EXPECT_THROW(Btf(""), std::runtime_error);
    EXPECT_THROW(Btf("no BTF, but long enough to have a header"), std::runtime_error);
    for (size_t size = 0; size < good.size(); size++)
        EXPECT_THROW(Btf(good.substr(0, size)), std::runtime_error) << size;
    // A type that does not exist, and one that refers to itself.
    SyntheticBtf beyond;
    beyond.structure("sock", 4, {{"a", 9, 0}});
    EXPECT_THROW(static_cast<void>(Btf(beyond.blob()).field("sock", "a")), std::runtime_error);
    SyntheticBtf loop;
    loop.type_definition("loop", 1);
    loop.structure("sock", 4, {{"a", 1, 0}});
    EXPECT_THROW(static_cast<void>(Btf(loop.blob()).field("sock", "a")), std::runtime_error);
    SyntheticBtf unknown;
    unknown.of_kind(27);
    EXPECT_THROW(Btf(unknown.blob()), std::runtime_error);
}

TEST(Btf, SaysWhatIsMissing) {
    SyntheticBtf made;
    made.structure("sock", 4, {});
    const Btf types(made.blob());
    try {
        static_cast<void>(types.field("sock", "sk_frag.page"));
        FAIL();
    } catch (const std::runtime_error& error) {
        EXPECT_STREQ(error.what(), "the kernel's BTF has no sock.sk_frag.page");
    }
}

} // namespace
} // namespace gmkcore
