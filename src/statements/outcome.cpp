#include "statements/execution.hpp"

namespace firn::statements {

void Cancellation::Cancel() {
  cancelled_.store(true);
  const std::lock_guard lock(mutex_);
  if (interrupt_) interrupt_();
}

void Cancellation::OnCancel(std::function<void()> interrupt) {
  const std::lock_guard lock(mutex_);
  interrupt_ = std::move(interrupt);
  if (interrupt_ && cancelled_.load()) interrupt_();
}

results::ResultColumn TextColumn(std::string name) {
  return {std::move(name), {}, true, "", "", ""};
}

results::ResultColumn NumberColumn(std::string name) {
  auto column = TextColumn(std::move(name));
  column.type.kind = types::Kind::kNumber;
  return column;
}

results::ResultColumn BooleanColumn(std::string name) {
  auto column = TextColumn(std::move(name));
  column.type.kind = types::Kind::kBoolean;
  return column;
}

results::ResultColumn TimeColumn(std::string name) {
  auto column = TextColumn(std::move(name));
  column.type.kind = types::Kind::kTimestampLtz;
  column.type.scale = 3;
  return column;
}

std::string TimeText(std::int64_t ms) {
  const auto fraction = std::to_string(ms % 1000);
  return std::to_string(ms / 1000) + "." + std::string(3 - fraction.size(), '0') + fraction;
}

Outcome StatusOutcome(std::string sentence) {
  Outcome out;
  out.columns = {TextColumn("status")};
  out.rows = {{std::move(sentence)}};
  return out;
}

}  // namespace firn::statements
