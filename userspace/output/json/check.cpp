#include "output/json/check.h"

namespace ghostmem::output::json {

namespace {

Json figure_json(const CheckFigure& figure) {
    return Json{{"name", figure.name},
                {"unit", or_null(figure.unit)},
                {"value", figure.value},
                {"warning", or_null(figure.warning)},
                {"critical", or_null(figure.critical)},
                {"most", or_null(figure.most)}};
}

} // namespace

Json check_item_json(const CheckItem& item) {
    return Json{{"state", name_of(item.state)},
                {"source", item.source},
                {"rule", item.rule},
                {"subject", or_null(item.subject)},
                {"sentence", item.sentence}};
}

void check(std::ostream& out, const CheckReport& report) {
    Json json = document();
    json["state"] = name_of(report.state);
    json["code"] = static_cast<int>(report.state);
    json["summary"] = report.summary;
    json["findings"] = Json::array();
    for (const CheckItem& item : report.items)
        json["findings"].push_back(check_item_json(item));
    json["figures"] = Json::array();
    for (const CheckFigure& figure : report.figures)
        json["figures"].push_back(figure_json(figure));
    out << to_text(json);
}

} // namespace ghostmem::output::json
