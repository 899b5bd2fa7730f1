// A terminal, by ncurses: the only file that knows it is the one behind this.
#pragma once

#include "output/top/screen.h"

namespace ghostmem::output {

/// Takes the terminal over, and gives it back as it was. Throws Error(io) where there is none.
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
