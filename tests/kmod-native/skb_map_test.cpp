// Tests the skb map: against a model, at its limits, with events injected between its steps, and
// with several threads.
#include <mutex>
#include <random>
#include <set>
#include <thread>
#include <unordered_map>

#include <gtest/gtest.h>

#include "support/kmod.h"
#include "support/strike.h"

namespace ghostmem::native {
namespace {

// Addresses where the kernel has its slab objects, as far apart as sk_buffs are.
const void* skb_at(unsigned long number) {
    return reinterpret_cast<const void*>(0xffff888000000000UL + number * 256);
}

void note_entry(void* context, const gm_skb_entry* entry) {
    auto* seen = static_cast<std::unordered_map<unsigned long, gm_record_t>*>(context);

    EXPECT_TRUE(seen->emplace(entry->skb, entry->rec).second) << "twice in the map";
    EXPECT_TRUE(gm_skb_entry_lives(entry));
}

class SkbMap : public testing::Test {
  protected:
    void SetUp() override {
        shim_reset();
        ASSERT_EQ(gm_skb_map_init(&map, GM_SKB_MAP_MIN), 0);
    }
    void TearDown() override { gm_skb_map_destroy(&map); }

    gm_skb_birth add(const void* skb, gm_record_t record) {
        old = 0;
        return gm_skb_map_add(&map, skb, record, &old);
    }
    gm_skb_death remove(const void* skb, bool last) {
        gone = 0;
        return gm_skb_map_remove(&map, skb, last, &gone);
    }
    std::unordered_map<unsigned long, gm_record_t> walk(unsigned long buckets) {
        std::unordered_map<unsigned long, gm_record_t> seen;
        unsigned long cursor = 0;

        while (gm_skb_map_walk(&map, &cursor, buckets, note_entry, &seen))
            ;
        return seen;
    }
    // The number of entries that have an address, whether live or dead.
    unsigned known() const {
        unsigned sum = 0;

        for (unsigned long i = 0; i < BIT(map.bits); ++i)
            for (unsigned long key : map.bucket[i].key)
                sum += key != 0;
        return sum;
    }
    // Returns addresses that have the same two home buckets as skb_at(0), in either order.
    std::vector<const void*> neighbours(unsigned count) {
        std::vector<const void*> found;
        auto homes = homes_of(skb_at(0));
        for (unsigned long i = 1; found.size() < count; ++i) {
            if (homes_of(skb_at(i)) == homes)
                found.push_back(skb_at(i));
        }
        return found;
    }

    gm_skb_map map{};
    gm_record_t old = 0;
    gm_record_t gone = 0;

  private:
    // Finds the home buckets of an address: adds it, fills the bucket that it is in, and repeats.
    std::set<unsigned long> homes_of(const void* skb) {
        std::set<unsigned long> homes;
        gm_skb_map other{};
        EXPECT_EQ(gm_skb_map_init(&other, GM_SKB_MAP_MIN), 0);
        for (int round = 0; round < 2; ++round) {
            gm_record_t unused;
            gm_skb_map_add(&other, skb, 1, &unused);
            for (unsigned long i = 0; i < BIT(other.bits); ++i) {
                for (unsigned long& key : other.bucket[i].key) {
                    if (key != reinterpret_cast<unsigned long>(skb))
                        continue;
                    homes.insert(i);
                    key = 0;
                    std::fill(std::begin(other.bucket[i].key), std::end(other.bucket[i].key), 8);
                }
            }
        }
        gm_skb_map_destroy(&other);
        return homes;
    }
};

TEST_F(SkbMap, HasTheRoomThatWasAskedFor) {
    EXPECT_EQ(gm_skb_map_room(&map), GM_SKB_MAP_MIN);
    EXPECT_EQ(gm_skb_map_estimate(1), GM_SKB_MAP_MIN * 16);
    EXPECT_EQ(gm_skb_map_estimate(GM_SKB_MAP_MIN + 1), 2 * GM_SKB_MAP_MIN * 16);
    EXPECT_EQ(gm_skb_map_estimate(~0UL), GM_SKB_MAP_MAX * 16);
    shim_fail(1);
    gm_skb_map none{};
    EXPECT_EQ(gm_skb_map_init(&none, 1), -ENOMEM);
    gm_skb_map_destroy(&none);
}

TEST_F(SkbMap, AnSkbLivesFromBirthToDeath) {
    EXPECT_EQ(gm_skb_map_get(&map, skb_at(1)), 0u);
    EXPECT_EQ(remove(skb_at(1), true), GM_SKB_UNKNOWN);
    EXPECT_EQ(add(skb_at(1), 17), GM_SKB_BORN);
    EXPECT_EQ(gm_skb_map_get(&map, skb_at(1)), 17u);
    EXPECT_EQ(remove(skb_at(2), true), GM_SKB_UNKNOWN);
    EXPECT_EQ(remove(skb_at(1), true), GM_SKB_DIES);
    EXPECT_EQ(gone, 17u);
    EXPECT_EQ(gm_skb_map_get(&map, skb_at(1)), 0u);
    EXPECT_EQ(remove(skb_at(1), true), GM_SKB_UNKNOWN);
    EXPECT_EQ(known(), 0u);
}

TEST_F(SkbMap, ADeathIsToldByEachHookOnTheWay) {
    add(skb_at(1), 17);
    EXPECT_EQ(remove(skb_at(1), false), GM_SKB_DIES);
    EXPECT_EQ(remove(skb_at(1), false), GM_SKB_DIED);
    EXPECT_EQ(gm_skb_map_get(&map, skb_at(1)), 0u);
    EXPECT_TRUE(walk(1).empty());
    EXPECT_EQ(known(), 1u);
    EXPECT_EQ(remove(skb_at(1), true), GM_SKB_DIED);
    EXPECT_EQ(known(), 0u);
}

TEST_F(SkbMap, SoIsTheDeathOfOneThatWasNeverSeen) {
    EXPECT_EQ(remove(skb_at(1), false), GM_SKB_UNKNOWN);
    EXPECT_EQ(remove(skb_at(1), false), GM_SKB_DIED);
    EXPECT_EQ(remove(skb_at(1), true), GM_SKB_DIED);
    EXPECT_EQ(known(), 0u);
    EXPECT_EQ(remove(skb_at(1), true), GM_SKB_UNKNOWN);
}

TEST_F(SkbMap, ADeadOneIsBornAgainInItsPlace) {
    add(skb_at(1), 17);
    remove(skb_at(1), false);
    EXPECT_EQ(add(skb_at(1), 18), GM_SKB_BORN);
    EXPECT_EQ(gm_skb_map_get(&map, skb_at(1)), 18u);
    EXPECT_EQ(known(), 1u);
}

TEST_F(SkbMap, OneWhoseDeathWasNotSeenIsReborn) {
    add(skb_at(1), 17);
    EXPECT_EQ(add(skb_at(1), 18), GM_SKB_REBORN);
    EXPECT_EQ(old, 17u);
    EXPECT_EQ(remove(skb_at(1), true), GM_SKB_DIES);
    EXPECT_EQ(gone, 18u);
}

TEST_F(SkbMap, ClonesBesideTheirOriginalAreTheirOwn) {
    const void* clone = static_cast<const char*>(skb_at(1)) + 232;

    add(skb_at(1), 17);
    EXPECT_EQ(add(clone, 18), GM_SKB_BORN);
    EXPECT_EQ(remove(skb_at(1), true), GM_SKB_DIES);
    EXPECT_EQ(gm_skb_map_get(&map, clone), 18u);
}

// Tests small tables, whose few buckets fill unevenly, and tables of the size that hosts have.
TEST_F(SkbMap, HoldsNearlyAllThatItHasRoomFor) {
    for (unsigned long room : {GM_SKB_MAP_MIN, 65536UL, 1UL << 20}) {
        std::mt19937_64 random(room);
        gm_skb_map_destroy(&map);
        ASSERT_EQ(gm_skb_map_init(&map, room), 0);
        unsigned long fits = 0;
        // Half of the addresses are adjacent, the other half random within 64 GiB.
        while (fits < room &&
               add(skb_at(fits % 2 ? fits : random() % (1UL << 28)), 1) != GM_SKB_NO_ROOM)
            ++fits;
        EXPECT_GT(fits, room * 6 / 10) << room;
    }
}

TEST_F(SkbMap, WhatFindsNoRoomLeavesTheOthersAlone) {
    std::vector<const void*> in;

    for (unsigned long i = 0; i < 4 * GM_SKB_MAP_MIN; ++i) {
        if (add(skb_at(i), 1 + i) == GM_SKB_BORN)
            in.push_back(skb_at(i));
        else
            EXPECT_EQ(gm_skb_map_get(&map, skb_at(i)), 0u);
    }
    EXPECT_EQ(in.size(), GM_SKB_MAP_MIN);
    EXPECT_EQ(walk(3).size(), in.size());
    for (const void* skb : in)
        EXPECT_EQ(remove(skb, true), GM_SKB_DIES);
    EXPECT_EQ(known(), 0u);
}

TEST_F(SkbMap, TheDeadMakeRoom) {
    for (unsigned long i = 0; i < 100 * GM_SKB_MAP_MIN; ++i) {
        ASSERT_EQ(add(skb_at(i), 1), GM_SKB_BORN) << i;
        ASSERT_EQ(remove(skb_at(i), false), GM_SKB_DIES) << i;
    }
    EXPECT_EQ(known(), GM_SKB_MAP_MIN);
    EXPECT_TRUE(walk(1000).empty());
}

TEST_F(SkbMap, AgreesWithAModel) {
    std::unordered_map<unsigned long, gm_record_t> model;
    std::mt19937_64 random(7);
    unsigned no_room = 0;

    for (unsigned round = 0; round < 400000; ++round) {
        const void* skb = skb_at(random() % 600);
        auto key = reinterpret_cast<unsigned long>(skb);
        bool lives = model.count(key);

        if (random() % 8 < 5 && model.size() < GM_SKB_MAP_MIN * 6 / 10) {
            gm_skb_birth birth = add(skb, round + 1);
            ASSERT_EQ(old, lives ? model[key] : 0);
            ASSERT_EQ(birth == GM_SKB_REBORN, lives);
            // Some additions find no room, because the buckets are few and the rounds are many.
            no_room += birth == GM_SKB_NO_ROOM;
            if (birth == GM_SKB_NO_ROOM)
                continue;
            model[key] = round + 1;
        } else {
            ASSERT_EQ(remove(skb, random() % 2) == GM_SKB_DIES, lives);
            ASSERT_EQ(gone, lives ? model[key] : 0);
            model.erase(key);
        }
        if (round % 1000 == 0) {
            ASSERT_EQ(walk(1 + random() % 7), model);
        }
    }
    EXPECT_LT(no_room, 200u);
}

TEST_F(SkbMap, ClampsWhatIsOld) {
    u64 clock = GM_AGE_MAX + 1000;

    add(skb_at(1), gm_record(3, 4, 5));
    add(skb_at(2), gm_record(3, 4, clock - 5));
    gm_skb_map_clamp(&map, clock);
    EXPECT_EQ(gm_skb_map_get(&map, skb_at(1)), gm_record(3, 4, clock - GM_AGE_MAX));
    EXPECT_EQ(gm_skb_map_get(&map, skb_at(2)), gm_record(3, 4, clock - 5));
}

// At each point, an interrupt adds and removes other addresses in the same buckets.
TEST_F(SkbMap, AnInterruptGetsNothingInTheWay) {
    std::vector<const void*> others = neighbours(20);

    for (unsigned full : {0u, 14u, 15u, 16u}) {
        for (unsigned nth = 1;; ++nth) {
            gm_skb_map_clear(&map);
            for (unsigned i = 0; i < full; ++i)
                add(others[i], 100 + i);
            // Some of them are dead, so that there are entries to reuse.
            for (unsigned i = 0; i < full; i += 3)
                remove(others[i], false);
            Strike strike(nth, [&] {
                gm_record_t unused;
                gm_skb_map_add(&map, others[18], 118, &unused);
                gm_skb_map_remove(&map, others[1], false, &unused);
                gm_skb_map_add(&map, others[19], 119, &unused);
                gm_skb_map_remove(&map, others[18], true, &unused);
            });
            ASSERT_EQ(add(skb_at(0), 1), GM_SKB_BORN);
            ASSERT_EQ(remove(skb_at(0), false), GM_SKB_DIES);
            ASSERT_EQ(gone, 1u);
            // By now its entry may have been reused for another address.
            gm_skb_birth again = add(skb_at(0), 2);
            ASSERT_EQ(again, GM_SKB_BORN);
            ASSERT_EQ(gm_skb_map_get(&map, skb_at(0)), 2u) << nth;
            ASSERT_EQ(remove(skb_at(0), true), GM_SKB_DIES);
            bool struck = strike.struck();
            ASSERT_EQ(gone, 2u);
            for (unsigned i = 0; i < full; ++i) {
                bool died = i % 3 == 0 || (i == 1 && struck);
                ASSERT_EQ(gm_skb_map_get(&map, others[i]), died ? 0 : 100 + i) << nth;
            }
            ASSERT_EQ(gm_skb_map_get(&map, others[19]), struck ? 119 : 0) << nth;
            ASSERT_EQ(gm_skb_map_get(&map, others[18]), 0u);
            if (!struck) {
                EXPECT_GT(nth, 6u);
                break;
            }
        }
    }
}

// A walk must not see incomplete entries.
TEST_F(SkbMap, AWalkMeetsTheLivingOnly) {
    std::vector<const void*> others = neighbours(3);

    for (unsigned nth = 1;; ++nth) {
        gm_skb_map_clear(&map);
        add(others[0], 10);
        Strike strike(nth, [&] {
            for (const auto& [skb, record] : walk(1000))
                EXPECT_NE(record, 0u) << skb;
        });
        add(others[1], 11);
        remove(others[0], false);
        add(others[2], 12);
        remove(others[1], true);
        if (!strike.struck())
            break;
    }
}

// Addresses pass from CPU to CPU under a lock, as slab objects do.
TEST_F(SkbMap, ThreadsCountEveryBirthAndDeath) {
    constexpr unsigned cpus = 4, objects = 400, rounds = 30000;
    std::mutex lock;
    std::vector<unsigned long> slab, alive;
    std::atomic<unsigned long> born{0}, died{0};
    std::atomic<bool> done{false};

    for (unsigned long i = 0; i < objects; ++i)
        slab.push_back(i);
    auto take = [&lock](std::vector<unsigned long>& from, std::mt19937_64& random) {
        std::lock_guard guard(lock);
        if (from.empty())
            return ~0UL;
        std::swap(from[random() % from.size()], from.back());
        unsigned long number = from.back();
        from.pop_back();
        return number;
    };
    auto give = [&lock](std::vector<unsigned long>& to, unsigned long number) {
        std::lock_guard guard(lock);
        to.push_back(number);
    };
    auto work = [&](unsigned cpu) {
        std::mt19937_64 random(cpu);
        for (unsigned round = 0; round < rounds; ++round) {
            gm_record_t record = 0;
            unsigned long number = take(round % 3 ? slab : alive, random);
            if (number == ~0UL)
                continue;
            if (round % 3) {
                // The record identifies the address.
                EXPECT_EQ(gm_skb_map_add(&map, skb_at(number), number + 1, &record), GM_SKB_BORN);
                ++born;
                give(alive, number);
                continue;
            }
            bool last = random() % 2;
            EXPECT_EQ(gm_skb_map_remove(&map, skb_at(number), last, &record), GM_SKB_DIES);
            EXPECT_EQ(record, number + 1);
            if (!last && random() % 2) {
                EXPECT_NE(gm_skb_map_remove(&map, skb_at(number), true, &record), GM_SKB_DIES);
            }
            ++died;
            give(slab, number);
        }
    };
    auto check = [](void*, const gm_skb_entry* entry) {
        if (gm_skb_entry_lives(entry)) {
            EXPECT_EQ(skb_at(entry->rec - 1), reinterpret_cast<const void*>(entry->skb));
        }
    };
    std::thread walker([&] {
        while (!done) {
            unsigned long cursor = 0;
            gm_skb_map_walk(&map, &cursor, ~0UL, check, nullptr);
            gm_skb_map_clamp(&map, 1);
        }
    });
    std::vector<std::thread> working;
    for (unsigned cpu = 0; cpu < cpus; ++cpu)
        working.emplace_back(work, cpu);
    for (std::thread& thread : working)
        thread.join();
    done = true;
    walker.join();
    EXPECT_EQ(walk(1000).size(), born - died);
    EXPECT_EQ(alive.size(), born - died);
    EXPECT_GT(died, rounds);
}

} // namespace
} // namespace ghostmem::native
