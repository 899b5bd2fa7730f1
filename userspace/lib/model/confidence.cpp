#include "lib/model/confidence.h"

namespace ghostmem {

std::string_view name_of(Confidence confidence) {
    switch (confidence) {
    case Confidence::possible:
        return "possible";
    case Confidence::likely:
        return "likely";
    case Confidence::certain:
        break;
    }
    return "certain";
}

} // namespace ghostmem
