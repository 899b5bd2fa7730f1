#include "gmkcore/account.h"

#include <algorithm>

namespace gmkcore {

Sums& Sums::operator+=(const Sums& other) {
    skbs += other.skbs;
    bytes += other.bytes;
    truesize_bytes += other.truesize_bytes;
    pinned_bytes += other.pinned_bytes;
    pinned_blocks += other.pinned_blocks;
    large_kmalloc_bytes += other.large_kmalloc_bytes;
    slab_bytes += other.slab_bytes;
    slab_object_bytes += other.slab_object_bytes;
    slab_objects += other.slab_objects;
    vmalloc_bytes += other.vmalloc_bytes;
    mapped_bytes += other.mapped_bytes;
    unreadable_fragments += other.unreadable_fragments;
    most_fragments = std::max(most_fragments, other.most_fragments);
    for (size_t order = 0; order < orders.size(); order++)
        orders[order] += other.orders[order];
    return *this;
}

void Account::begin(const std::string& name) {
    queues_.push_back({name, {}});
}

void Account::add(const Buffer& buffer) {
    Sums& sums = queues_.back().sums;
    sums.skbs++;
    sums.bytes += buffer.bytes;
    sums.truesize_bytes += buffer.truesize_bytes;
    sums.unreadable_fragments += buffer.unreadable_fragments;
    sums.most_fragments = std::max(sums.most_fragments, buffer.fragments);
    for (const Part& part : buffer.parts)
        add(part);
}

void Account::add(const Part& part) {
    const Extent& extent = part.extent;
    if (!seen_[extent.kind].insert(extent.key).second)
        return;
    Sums& sums = queues_.back().sums;
    switch (extent.kind) {
    case Extent::slab:
        sums.slab_bytes += extent.bytes;
        sums.slab_object_bytes += extent.object_bytes;
        sums.slab_objects++;
        break;
    case Extent::pages:
        if (part.large_kmalloc) {
            sums.slab_bytes += extent.bytes;
            sums.slab_object_bytes += extent.bytes;
            sums.large_kmalloc_bytes += extent.bytes;
            break;
        }
        sums.pinned_bytes += extent.bytes;
        sums.pinned_blocks++;
        sums.orders.at(extent.order)++;
        break;
    case Extent::vmalloc:
        sums.vmalloc_bytes += extent.bytes;
        break;
    case Extent::users:
        sums.mapped_bytes += extent.bytes;
        break;
    case Extent::image:
        break;
    }
}

std::vector<Queue> Account::queues() const {
    std::vector<Queue> found;
    for (const Queue& queue : queues_) {
        const Sums& sums = queue.sums;
        if (sums.skbs || sums.pinned_bytes || sums.vmalloc_bytes || sums.slab_bytes ||
            sums.mapped_bytes)
            found.push_back(queue);
    }
    return found;
}

Sums Account::total() const {
    Sums total;
    for (const Queue& queue : queues_)
        total += queue.sums;
    return total;
}

} // namespace gmkcore
