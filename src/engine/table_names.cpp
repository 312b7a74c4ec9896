#include "engine/table_names.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>

#include "base/names.hpp"
#include "engine/instance.hpp"
#include "engine/query_tables.hpp"

namespace firn::engine {
namespace {

struct Word {
  std::string text;  // upper case; a symbol or "'" for anything quoted
  std::size_t begin;
  std::size_t end;
  int depth;  // of parentheses
};

bool IsWordPart(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' ||
         (static_cast<unsigned char>(c) & 0x80U) != 0;
}

Error Unreadable() {
  return Error{Code::kInvalid, "The tables of this statement cannot be told, so it is refused."};
}

/// Just enough of DuckDB's lexer to find keywords outside quotes and comments.
Result<std::vector<Word>> Words(std::string_view sql) {
  std::vector<Word> words;
  int depth = 0;
  std::size_t at = 0;
  while (at < sql.size()) {
    const char c = sql[at];
    const auto begin = at;
    if (std::isspace(static_cast<unsigned char>(c)) != 0) {
      ++at;
    } else if (sql.substr(at, 2) == "--") {
      at = std::min(sql.find('\n', at), sql.size());
    } else if (sql.substr(at, 2) == "/*") {
      return Unreadable();  // they nest, and nothing of ours writes them
    } else if (c == '\'' || c == '"') {
      for (++at; at < sql.size(); ++at) {
        if (sql[at] != c) continue;
        if (at + 1 < sql.size() && sql[at + 1] == c) {
          ++at;
        } else {
          break;
        }
      }
      if (at == sql.size()) return Unreadable();
      ++at;
      words.push_back({"'", begin, at, depth});
    } else if (c == '$' && at + 1 < sql.size() &&
               std::isdigit(static_cast<unsigned char>(sql[at + 1])) == 0) {
      return Unreadable();  // a dollar-quoted text
    } else if (IsWordPart(c)) {
      while (at < sql.size() && IsWordPart(sql[at])) ++at;
      auto text = UpperCase(sql.substr(begin, at - begin));
      if (at < sql.size() && sql[at] == '\'' && (text == "E" || text == "U&")) {
        return Unreadable();  // backslash escapes
      }
      words.push_back({std::move(text), begin, at, depth});
    } else {
      ++at;
      if (c == ')') --depth;
      words.push_back({std::string(1, c), begin, at, depth});
      if (c == '(') ++depth;
    }
  }
  return words;
}

class Rewriter {
 public:
  Rewriter(std::string_view sql, std::vector<Word> words) : sql_(sql), words_(std::move(words)) {}

  Result<std::string> Rewrite() {
    for (verb_ = 0; verb_ < words_.size(); ++verb_) {
      if (words_[verb_].depth != 0) continue;
      const auto& verb = words_[verb_].text;
      if (verb == "SELECT" || verb == "VALUES" || verb == "FROM") return std::string(sql_);
      if (verb == "CREATE") return Create();
      if (verb == "(" && verb_ == 0) return std::string(sql_);
      if (verb == "INSERT") return Insert();
      if (verb == "DELETE") return Delete();
      if (verb == "UPDATE") return Update();
      if (verb == "MERGE") return Merge();
    }
    return Unreadable();
  }

 private:
  /// The first of these words at depth 0 behind `from`, or the end.
  [[nodiscard]] std::size_t Find(std::size_t from,
                                 std::initializer_list<std::string_view> texts) const {
    for (auto i = from; i < words_.size(); ++i) {
      if (words_[i].depth != 0) continue;
      if (words_[i].text == "FROM" && words_[i - 1].text == "DISTINCT") continue;  // IS DISTINCT
      for (const auto text : texts) {
        if (words_[i].text == text) return i;
      }
    }
    return words_.size();
  }

  /// The text from word `begin` up to word `end`.
  [[nodiscard]] std::string Text(std::size_t begin, std::size_t end) const {
    const auto first = begin < words_.size() ? words_[begin].begin : sql_.size();
    const auto last = end < words_.size() ? words_[end].begin : sql_.size();
    return first < last ? std::string(sql_.substr(first, last - first)) : std::string();
  }

  [[nodiscard]] std::string Before() const {
    return std::string(sql_.substr(0, words_[verb_].begin));
  }

  /// RETURNING is not for this engine's statements, and ON CONFLICT may hold subqueries.
  [[nodiscard]] bool HasTail() const {
    return Find(verb_, {"RETURNING", "CONFLICT"}) != words_.size();
  }

  /// The query of CREATE … AS; the new object itself is no table that the statement reads.
  Result<std::string> Create() const {
    const auto as = Find(verb_, {"AS"});
    if (as == words_.size()) return std::string("SELECT 1");
    return Text(as + 1, words_.size());
  }

  Result<std::string> Insert() const {
    const auto into = Find(verb_, {"INTO"});
    const auto source = Find(into, {"SELECT", "VALUES", "WITH", "FROM", "DEFAULT"});
    if (into != verb_ + 1 || HasTail()) return Unreadable();
    // The target ends at its column list or at the source.
    auto end = into + 1;
    while (end < source && end < words_.size() && words_[end].text != "(") ++end;
    const auto target = " (SELECT 1 FROM " + Text(into + 1, end) + " LIMIT 0) firn_target";
    if (source == words_.size()) {  // INSERT INTO t (SELECT …) or INSERT INTO t (a) (SELECT …)
      return Unreadable();
    }
    if (words_[source].text == "DEFAULT") return Before() + "SELECT 1 FROM" + target;
    return Before() + "SELECT 1 FROM" + target + ", (" + Text(source, words_.size()) +
           "\n) firn_source";
  }

  Result<std::string> Delete() const {
    if (HasTail() || Find(verb_, {"FROM"}) != verb_ + 1) return Unreadable();
    const auto where = Find(verb_, {"WHERE"});
    const auto used = Find(verb_, {"USING", "WHERE"});
    auto text = Before() + "SELECT 1 FROM " + Text(verb_ + 2, used);
    if (used < where) text += ", " + Text(used + 1, where);
    return text + " " + Text(where, words_.size());
  }

  Result<std::string> Update() const {
    const auto set = Find(verb_, {"SET"});
    const auto from = Find(set, {"FROM", "WHERE"});
    const auto where = Find(set, {"WHERE"});
    if (HasTail() || set == words_.size()) return Unreadable();
    // "a = e" reads as a comparison, so the assignments are a list of expressions.
    auto text = Before() + "SELECT " + Text(set + 1, from) + " FROM " + Text(verb_ + 1, set);
    if (from < where) text += ", " + Text(from + 1, where);
    return text + " " + Text(where, words_.size());
  }

  Result<std::string> Merge() const {
    const auto used = Find(verb_, {"USING"});
    const auto on = Find(used, {"ON"});
    const auto when = Find(on, {"WHEN"});
    if (HasTail() || Find(verb_, {"INTO"}) != verb_ + 1 || when == words_.size()) {
      return Unreadable();
    }
    for (auto i = when; i < words_.size(); ++i) {
      if (words_[i].text == "SELECT" || words_[i].text == "FROM" || words_[i].text == "TABLE") {
        return SqlError(Code::kInvalid, 2, "0A000",
                        "Unsupported feature 'subquery in a WHEN part of MERGE'.");
      }
    }
    return Before() + "SELECT 1 FROM " + Text(verb_ + 2, used) + ", " + Text(used + 1, on) +
           " WHERE " + Text(on + 1, when);
  }

  std::string_view sql_;
  std::vector<Word> words_;
  std::size_t verb_ = 0;
};

}  // namespace

Result<std::string> AsQuery(std::string_view sql) {
  while (!sql.empty() && (sql.back() == ';' || sql.back() == ' ' || sql.back() == '\n')) {
    sql.remove_suffix(1);
  }
  FIRN_TRY(auto words, Words(sql));
  return Rewriter(sql, std::move(words)).Rewrite();
}

Result<std::vector<std::string>> ReadTableNames(duckdb_connection connection,
                                                std::string_view sql) {
  FIRN_TRY(const auto query, AsQuery(sql));
  // Not duckdb_get_table_names: it binds against tables without columns, so it refuses
  // JOIN … USING, and it does not know the targets of changes.
  FIRN_TRY(
      const auto trees,
      ReadTexts(connection, "SELECT json_serialize_sql(" + QuoteText(query) + "::VARCHAR)::VARCHAR",
                ErrorMap()));
  if (trees.size() != 1) return Unreadable();
  FIRN_TRY(const auto names, TablesOfTree(trees.front()));
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace firn::engine
