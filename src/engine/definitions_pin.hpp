#pragma once

#include <atomic>
#include <memory>

#include "engine/instance.hpp"
#include "engine/stream.hpp"

namespace firn::engine {

/// Keeps DuckLake's object of the newest version of the definitions: a query of a connection of
/// its own that is not read to its end. One thread at a time.
///
/// DuckLake 1.5.5 keeps one object for each version of the definitions in a cache, and a
/// transaction that makes a table reads from that object again when it commits, without holding it
/// meanwhile. When two connections miss a version at once, the second puts its object in the
/// place of the first, which is freed while it is still needed; the same happens where the cache
/// is emptied. So
///   - a commit of definitions has Instance::definitions alone and loads the new version: nobody
///     misses it later;
///   - a transaction that defines something holds its version's object by one of these.
class DefinitionsPin {
 public:
  explicit DefinitionsPin(Instance& instance) : instance_(instance) {}
  DefinitionsPin(const DefinitionsPin&) = delete;
  ~DefinitionsPin() { Release(); }

  /// REQUIRES: Instance::definitions is held, so that the newest version is the caller's.
  Status Hold();
  /// Loads the newest version, so that nobody misses it. REQUIRES: Instance::definitions is held
  /// alone.
  Status Load();
  void Release();
  [[nodiscard]] bool holds() const { return held_ != nullptr; }

 private:
  Result<std::unique_ptr<Stream>> Look();

  Instance& instance_;
  const std::atomic<bool> cancelled_{false};
  duck::RawConnection connection_;  // made when first needed; outlives held_
  std::unique_ptr<Stream> held_;
};

}  // namespace firn::engine
