#include "cli/cli.hpp"

#include <signal.h>

#include <cstdio>

#include "cli/output.hpp"
#include "cli/parse.hpp"

namespace firn::cli {

int Run(int argc, char** argv, const UpHook& up) {
  // A reader that ends early or a server that is gone is an error to report, not the end.
  signal(SIGPIPE, SIG_IGN);
  const auto parsed = Parse(argc, argv, up);
  if (!parsed.run) return parsed.status;
  const auto ended = parsed.run();
  if (ended) return *ended;
  std::fflush(stdout);
  PrintError(ended.error(), parsed.common.json);
  return ExitStatus(ended.error().code);
}

}  // namespace firn::cli
