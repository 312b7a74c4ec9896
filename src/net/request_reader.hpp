#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "net/server.hpp"

namespace firn::net {

/// Why a request cannot be taken: what to answer before closing.
struct Refusal {
  int status = 400;
  Code code = Code::kInvalid;
  std::string message;
};

/// Turns the bytes of one request into a Request. One thread at a time.
class RequestReader {
 public:
  explicit RequestReader(std::int64_t max_header_bytes);
  ~RequestReader();

  enum class State {
    kProgress,  ///< call again with what is left
    kNeedMore,  ///< nothing more can be done with these bytes
    kDone,
    kFailed,  ///< see refusal()
  };
  struct Step {
    std::size_t consumed = 0;
    State state = State::kNeedMore;
  };
  /// Stops once behind the head, so that the body can be planned. Body bytes go to request().body.
  Step Put(std::string_view bytes);

  [[nodiscard]] bool head_done() const;
  [[nodiscard]] Request& request();
  /// Bytes of body seen so far.
  [[nodiscard]] std::int64_t body_bytes() const;
  /// What Content-Length says, if it is there.
  [[nodiscard]] std::optional<std::uint64_t> content_length() const;
  [[nodiscard]] bool keep_alive() const;
  [[nodiscard]] bool http_1_0() const;
  [[nodiscard]] const Refusal& refusal() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
  std::int64_t max_header_bytes_;
  std::int64_t header_bytes_ = 0;
};

}  // namespace firn::net
