#include "lib/genl/codec_sites.h"

#include "lib/genl/rows.h"

namespace ghostmem {

template <> inline constexpr uint32_t enum_count<CodeState> = __GHOSTMEM_CODE_STATE_MAX;

namespace {

/// A device's state; the model only keeps whether the device is gone.
struct Gone {
    static constexpr nla_policy policy = u32_policy;
    static bool take(const Attributes& in, int type) {
        return in.enumeration<ghostmem_device_state>(type, __GHOSTMEM_DEVICE_STATE_MAX) ==
               GHOSTMEM_DEVICE_GONE;
    }
};

/// SITE_PAGES: its rows fill members of a Site.
struct SitePages;

} // namespace

template <> struct Layout<Frame> {
    static constexpr const char* name = "frame";
    static constexpr int max = GHOSTMEM_FRAME_A_MAX;
    static constexpr std::tuple rows{
        optional_row(GHOSTMEM_FRAME_A_SYMBOL, &Frame::symbol),
        optional_row(GHOSTMEM_FRAME_A_OFFSET, &Frame::offset),
        optional_row(GHOSTMEM_FRAME_A_SIZE, &Frame::size),
        optional_row(GHOSTMEM_FRAME_A_MODULE, &Frame::module),
        row(GHOSTMEM_FRAME_A_STATE, &Frame::state),
        optional_row(GHOSTMEM_FRAME_A_SRCVERSION, &Frame::srcversion),
    };
};

template <> Frame decode_nest(nlattr* nest) {
    const Attributes in = attributes_of<Frame>(nest);
    Frame frame = decode_rows<Frame>(in);
    // Without a symbol an offset has no meaning.
    if (frame.symbol.empty())
        frame.offset = frame.size = 0;
    else
        (void)in.need(GHOSTMEM_FRAME_A_OFFSET);
    return frame;
}

template <> struct Layout<Trend> {
    static constexpr const char* name = "trend";
    static constexpr int max = GHOSTMEM_TREND_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_TREND_A_SPAN_S, &Trend::span_s),
        row(GHOSTMEM_TREND_A_FLOOR, &Trend::floor_pages),
        row(GHOSTMEM_TREND_A_BEFORE, &Trend::before_pages),
        row(GHOSTMEM_TREND_A_RISES, &Trend::rises),
    };
};

template <> Trend decode_nest(nlattr* nest) {
    const Trend trend = decode_rows<Trend>(attributes_of<Trend>(nest));
    // Growth rates are divided by it.
    if (trend.span_s == 0)
        garbled("a trend of no time");
    return trend;
}

template <> struct Layout<SkbDevice> {
    static constexpr const char* name = "device";
    static constexpr int max = GHOSTMEM_DEVICE_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_DEVICE_A_NAME, &SkbDevice::name),
        row(GHOSTMEM_DEVICE_A_IFINDEX, &SkbDevice::ifindex),
        row(GHOSTMEM_DEVICE_A_NETNS, &SkbDevice::netns),
        row_as<Gone>(GHOSTMEM_DEVICE_A_STATE, &SkbDevice::gone),
        row(GHOSTMEM_DEVICE_A_SKBS, &SkbDevice::skbs),
        row(GHOSTMEM_DEVICE_A_BYTES, &SkbDevice::bytes),
    };
};

template <> struct Layout<SkbSite> {
    static constexpr const char* name = "sk_buffs of a site";
    static constexpr int max = GHOSTMEM_SITE_SKBS_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_SITE_SKBS_A_LIVE_SKBS, &SkbSite::live_skbs),
        row(GHOSTMEM_SITE_SKBS_A_LIVE_BYTES, &SkbSite::live_bytes),
        list_row(GHOSTMEM_SITE_SKBS_A_DEVICE, &SkbSite::devices),
    };
};

template <> struct Layout<Site> {
    static constexpr const char* name = "site";
    static constexpr int max = GHOSTMEM_SITE_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_SITE_A_ID, &Site::slot),
        row(GHOSTMEM_SITE_A_FLAGS, &Site::flags),
        row(GHOSTMEM_SITE_A_ALLOCS, &Site::allocs),
        row(GHOSTMEM_SITE_A_FREES, &Site::frees),
        row(GHOSTMEM_SITE_A_OLDEST_S, &Site::oldest_s),
        row(GHOSTMEM_SITE_A_OLDEST_PID, &Site::oldest_pid),
        row(GHOSTMEM_SITE_A_AGES, &Site::ages),
        list_row(GHOSTMEM_SITE_A_TREND, &Site::trends),
        list_row(GHOSTMEM_SITE_A_FRAME, &Site::frames),
    };
};

template <> struct Layout<SitePages> {
    static constexpr const char* name = "pages of a site";
    static constexpr int max = GHOSTMEM_SITE_PAGES_A_MAX;
    static constexpr std::tuple rows{
        row(GHOSTMEM_SITE_PAGES_A_ORDER, &Site::order),
        optional_row_as<Level>(GHOSTMEM_SITE_PAGES_A_LEVEL, &Site::level),
        row(GHOSTMEM_SITE_PAGES_A_LIVE_PAGES, &Site::live_pages),
        row(GHOSTMEM_SITE_PAGES_A_ALLOC_PAGES, &Site::alloc_pages),
        row(GHOSTMEM_SITE_PAGES_A_FREE_PAGES, &Site::free_pages),
        row(GHOSTMEM_SITE_PAGES_A_WINDOW_PAGES, &Site::window_pages),
    };
};

Site decode_page_site(nlattr* site, nlattr* pages) {
    Site decoded = decode_nest<Site>(site);
    fill_rows(decoded, Layout<SitePages>::rows, attributes_of<SitePages>(pages));
    return decoded;
}

Site decode_skb_site(nlattr* site, nlattr* skbs) {
    Site decoded = decode_nest<Site>(site);
    decoded.skb = decode_nest<SkbSite>(skbs);
    return decoded;
}

} // namespace ghostmem
