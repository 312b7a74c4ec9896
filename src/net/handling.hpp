#pragma once

#include <memory>

#include "net/connection.hpp"

namespace firn::net {

/// A whole request on its way to the handler.
struct Work {
  Request request;
  std::shared_ptr<Exchange> exchange;
  std::shared_ptr<Spool> spool;
  std::int64_t max_bytes = 0;
};

/// Gunzips the body, calls the handler and answers for it when it throws. On a worker thread.
void Handle(const Services& services, Work& work);

}  // namespace firn::net
