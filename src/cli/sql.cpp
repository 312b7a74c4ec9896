#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "base/files.hpp"
#include "cli/interrupt.hpp"
#include "cli/output.hpp"
#include "cli/shell.hpp"
#include "cli/transfer.hpp"
#include "cli/verbs.hpp"
#include "sql/lexer.hpp"

namespace firn::cli {
namespace {

constexpr std::int64_t kTableRows = 1000;

std::string ReadAll(std::FILE* in) {
  std::string out;
  char block[1 << 16];
  for (std::size_t count = 0; (count = std::fread(block, 1, sizeof block, in)) > 0;) {
    out.append(block, count);
  }
  return out;
}

Status PrintMoved(const std::vector<Moved>& moved) {
  for (const auto& [name, file, bytes] : moved) {
    std::printf("%s  %s\n", name.c_str(), BytesText(bytes).c_str());
  }
  return {};
}

}  // namespace

Status RunStatement(Session& session, const std::string& sql, PrintOptions print,
                    std::int64_t most_rows) {
  const auto start = std::chrono::steady_clock::now();
  const OnInterrupt cancel([&session] { session.Cancel(); });
  auto answer = session.Run(sql);
  if (session.was_renewed()) {
    std::fprintf(stderr, "The session had ended; this statement ran in a new one.\n");
  }
  if (!answer) return answer.error();
  print.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (answer->transfer) {
    FIRN_TRY(const auto moved, MoveFiles(session, *answer->transfer));
    return PrintMoved(moved);
  }
  if (most_rows == 0 && print.format == Format::kTable) most_rows = kTableRows;
  ResultReader reader(session, *std::move(answer), most_rows);
  return PrintResult(reader, print, stdout);
}

namespace {

/// Runs the statements of a text one after the other; the error of the first that failed.
Status RunText(Session& session, const std::string& text, const SqlOptions& options, Format format,
               bool json) {
  FIRN_TRY(const auto statements, sql::SplitStatements(text));
  Status out;
  for (const auto statement : statements) {
    PrintOptions print;
    print.format = format;
    const auto done = RunStatement(session, std::string(statement), print, options.rows);
    if (done) continue;
    if (!options.keep_going) return done.error();
    PrintError(done.error(), json);
    if (out) out = Error(done.error());
  }
  return out;
}

}  // namespace

Ended RunSql(const Common& common, const SqlOptions& options) {
  FIRN_TRY(const auto format, ParseFormat(common.json ? "json" : options.format));
  std::vector<std::string> texts = options.texts;
  for (const auto& file : options.files) {
    FIRN_TRY(texts.emplace_back(), ReadFile(file));
  }
  FIRN_TRY(auto session, Session::OpenDefault(common.home));
  if (texts.empty() && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1) {
    return RunShell(session, common.home, format, options.rows);
  }
  if (texts.empty()) texts.push_back(ReadAll(stdin));
  int status = 0;
  for (const auto& text : texts) {
    const auto done = RunText(session, text, options, format, common.json);
    if (done) continue;
    if (!options.keep_going) return done.error();
    status = ExitStatus(done.error().code);
  }
  return status;
}

}  // namespace firn::cli
