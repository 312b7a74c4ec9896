#include "cli/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/output.hpp"
#include "cli/table.hpp"

namespace firn::cli {
namespace {

constexpr std::size_t kBarWidth = 24;
constexpr std::size_t kLabelWidth = 30;
constexpr auto kRedraw = std::chrono::milliseconds(100);

}  // namespace

Progress::Progress(std::string label)
    : label_(CutText(SafeText(label), kLabelWidth)),
      visible_(isatty(STDERR_FILENO) == 1),
      start_(std::chrono::steady_clock::now()),
      last_(start_) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\x1b[K", stderr);
}

void Progress::Show(std::int64_t done, std::int64_t total) {
  const auto now = std::chrono::steady_clock::now();
  if (!visible_ || now - last_ < kRedraw) return;
  last_ = now;
  drawn_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  std::string bar;
  if (total > 0) {
    const auto part = static_cast<double>(done) / static_cast<double>(total);
    const auto filled = std::min(kBarWidth, static_cast<std::size_t>(part * kBarWidth));
    bar = "[" + std::string(filled, '#') + std::string(kBarWidth - filled, ' ') + "] " +
          std::to_string(static_cast<int>(part * 100)) + "% of " + BytesText(total);
  } else {
    bar = BytesText(done);
  }
  const auto rate = BytesText(static_cast<std::int64_t>(static_cast<double>(done) / seconds));
  std::fprintf(stderr, "\r\x1b[K%s %s, %s/s", label_.c_str(), bar.c_str(), rate.c_str());
  std::fflush(stderr);
}

}  // namespace firn::cli
