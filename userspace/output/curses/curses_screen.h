// The terminal implementation of Screen. The ncurses dependency is confined to its source file.
#pragma once

#include "output/top/screen.h"

namespace ghostmem::output {

/// Takes over the terminal and restores it on destruction. Throws Error(io) without a terminal.
class CursesScreen : public Screen {
  public:
    explicit CursesScreen(bool colour);
    ~CursesScreen() override;
    CursesScreen(const CursesScreen&) = delete;
    CursesScreen& operator=(const CursesScreen&) = delete;

    size_t width() override;
    size_t height() override;
    void draw(const std::vector<TopLine>& lines) override;
    TopPress wait(std::chrono::milliseconds patience) override;

  private:
    void* screen_;
    bool colour_;
};

} // namespace ghostmem::output
