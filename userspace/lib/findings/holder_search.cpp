#include "lib/findings/holder_search.h"

#include <chrono>

#include "lib/base/error.h"

namespace ghostmem {

namespace {

constexpr std::chrono::milliseconds poll_interval{200};

} // namespace

HoldersReport run_holder_search(ModuleSource& kernel, Clock& clock,
                                const std::function<void(const SearchState&)>& report) {
    HoldersReport outcome;
    outcome.page_size = kernel.status().page_size;
    kernel.start_search();
    SearchState state = kernel.search();
    const uint32_t number = state.number;
    while (state.running() && state.number == number) {
        report(state);
        if (!clock.sleep(poll_interval) && !outcome.interrupted) {
            outcome.interrupted = true;
            kernel.stop_search();
        }
        state = kernel.search();
    }
    if (state.phase == GHOSTMEM_SEARCH_FAILED && state.number == number)
        throw Error(ErrorKind::refused, "the search has no result: " + state.reason);
    std::optional<SearchResult> result = kernel.search_result();
    if (result && result->number == number) {
        outcome.result = std::move(*result);
        return outcome;
    }
    throw Error(ErrorKind::inconsistent,
                "the search was stopped before it had found anything; run it again");
}

} // namespace ghostmem
