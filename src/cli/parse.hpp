#pragma once

#include "cli/cli.hpp"
#include "cli/verbs.hpp"

namespace firn::cli {

/// What the words of a command line ask for.
struct Parsed {
  Common common;
  std::function<Ended()> run;  ///< empty: help or version was printed, or the words were wrong
  int status = 0;              ///< of the program when there is nothing to run
};

Parsed Parse(int argc, char** argv, const UpHook& up);

}  // namespace firn::cli
