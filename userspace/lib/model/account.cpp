#include "lib/model/account.h"

namespace ghostmem {

std::string_view name_of(AccountState state) {
    switch (state) {
    case AccountState::unbound:
        return "unbound";
    case AccountState::removed:
        return "removed";
    case AccountState::unloaded:
        return "unloaded";
    case AccountState::bound:
        break;
    }
    return "bound";
}

std::string_view name_of(EventKind kind) {
    switch (kind) {
    case EventKind::unbound:
        return "unbound";
    case EventKind::removed:
        return "removed";
    case EventKind::unloaded:
        return "unloaded";
    case EventKind::receipt:
        return "receipt";
    case EventKind::bound:
        break;
    }
    return "bound";
}

std::string describe(const Identity& identity) {
    return (identity.bus.empty() ? "module" : identity.bus) + " " + identity.name;
}

} // namespace ghostmem
