#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/names.hpp"
#include "sql/guard_scan.hpp"

namespace firn::sql {
namespace {

// They end a FROM clause: a ',' behind them starts no table.
// All of them are reserved words, so none can be an alias.
constexpr std::array<std::string_view, 14> kClauseEnds{
    "select", "where",  "group", "having", "qualify",   "window",    "order",
    "limit",  "offset", "union", "except", "intersect", "returning", "when"};

// A subquery begins with one of them.
constexpr std::array<std::string_view, 3> kSubqueryStarts{"select", "with", "from"};

// Functions whose arguments are written with FROM.
constexpr std::array<std::string_view, 4> kFromCalls{"extract", "overlay", "substring", "trim"};

// DuckDB finds these views without a schema; a CTE of such a name could stand in for one of
// them outside its scope.
constexpr std::array<std::string_view, 4> kSystemPrefixes{"duckdb_", "pg_", "pragma_", "sqlite_"};

template <std::size_t N>
bool IsAnyKeyword(const DuckToken& token, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words, [&](auto word) { return IsKeyword(token, word); });
}

Error NotATable(std::string_view text) {
  return SqlError(
      Code::kInvalid, 2, "0A000",
      "Unsupported feature '" + std::string(text.substr(0, 100)) + "' in the place of a table.");
}

/// One pair of parentheses, or the whole statement.
struct Frame {
  bool is_from_call = false;  ///< of extract(… FROM …) and the like
  bool in_from = false;       ///< a ',' starts another table
};

class RelationFinder {
 public:
  explicit RelationFinder(std::span<const DuckToken> tokens) : tokens_(tokens) {}

  Result<std::vector<Relation>> Run() {
    FIRN_TRY(outline_, ReadOutline(tokens_));
    while (at_ < tokens_.size()) {
      if (expects_) {
        FIRN_CHECK(ReadTablePlace());
      } else {
        FIRN_CHECK(ReadOther());
      }
    }
    std::erase_if(relations_, [&](const Relation& relation) {
      return !relation.is_target && relation.parts.size() == 1 &&
             ctes_.contains(LowerCase(relation.parts[0]));
    });
    return std::move(relations_);
  }

 private:
  [[nodiscard]] const DuckToken* Ahead(std::size_t count) const {
    return at_ + count < tokens_.size() ? &tokens_[at_ + count] : nullptr;
  }
  [[nodiscard]] bool AheadIs(std::size_t count, std::string_view word) const {
    const auto* token = Ahead(count);
    return token != nullptr && IsKeyword(*token, word);
  }

  Status ReadTablePlace() {
    const auto& token = tokens_[at_];
    if (token.IsSymbol('(')) {  // a subquery, or tables in parentheses
      frames_.push_back({.is_from_call = false, .in_from = true});
      ++at_;
      return {};
    }
    if (IsKeyword(token, "lateral")) {
      ++at_;
      return {};
    }
    expects_ = false;
    if (IsAnyKeyword(token, kSubqueryStarts)) return {};
    if (IsKeyword(token, "values")) {
      if (!tokens_[at_ - 1].IsSymbol('(')) return NotATable(token.text);
      frames_.back().in_from = false;
      ++at_;
      return {};
    }
    if (!token.IsName() || IsKeyword(token, "table") || IsKeyword(token, "only")) {
      return NotATable(token.text);
    }
    Relation relation;
    relation.is_target = std::exchange(is_target_, false);
    relation.parts.push_back(DuckName(token));
    ++at_;
    while (at_ + 1 < tokens_.size() && tokens_[at_].IsSymbol('.')) {
      if (!tokens_[at_ + 1].IsName()) return NotATable(tokens_[at_ + 1].text);
      relation.parts.push_back(DuckName(tokens_[at_ + 1]));
      at_ += 2;
    }
    const bool is_call = at_ < tokens_.size() && tokens_[at_].IsSymbol('(');
    if (is_call && !relation.is_target) return {};  // CheckFunctions looks at it
    if (at_ < tokens_.size() && tokens_[at_].IsSymbol(':')) return NotATable(":");
    relations_.push_back(std::move(relation));
    return {};
  }

  Status ReadOther() {
    const auto& token = tokens_[at_];
    auto& frame = frames_.back();
    if (token.IsSymbol('(')) {
      const bool is_from_call = at_ > 0 && IsAnyKeyword(tokens_[at_ - 1], kFromCalls);
      frames_.push_back({.is_from_call = is_from_call, .in_from = false});
    } else if (token.IsSymbol(')')) {
      frames_.pop_back();  // ReadOutline has counted them
    } else if (token.IsSymbol(',')) {
      expects_ = frame.in_from;
    } else if (token.kind == DuckKind::kWord && !IsPartOfName()) {
      return ReadWord(token, frame);
    }
    ++at_;
    return {};
  }

  /// Behind or before a '.', a word is no keyword.
  [[nodiscard]] bool IsPartOfName() const {
    const auto* next = Ahead(1);
    return (at_ > 0 && tokens_[at_ - 1].IsSymbol('.')) ||
           (next != nullptr && next->IsSymbol('.') && Ahead(2) != nullptr && Ahead(2)->IsName());
  }

  Status ReadWord(const DuckToken& token, Frame& frame) {
    if (IsKeyword(token, "with")) return ReadCtes();
    if (IsKeyword(token, "table")) return NotATable("TABLE");
    if (IsKeyword(token, "as")) {
      if (Ahead(1) != nullptr && Ahead(1)->IsName()) ++at_;  // any word may be a label
    } else if (IsKeyword(token, "from")) {
      is_target_ = outline_.verb == Verb::kDelete && at_ == outline_.main + 1;
      if (!frame.is_from_call && !IsDistinctFrom()) StartFrom(frame);
    } else if (IsKeyword(token, "join")) {
      StartFrom(frame);
    } else if (IsKeyword(token, "into")) {
      expects_ = true;
      is_target_ = true;
    } else if (IsKeyword(token, "update")) {
      if (at_ == outline_.main) {
        expects_ = true;
        is_target_ = true;
      }
    } else if (IsKeyword(token, "using")) {
      if (IsSourceUsing()) StartFrom(frame);
    } else if (IsAnyKeyword(token, kClauseEnds)) {
      frame.in_from = false;
      frame.is_from_call = frame.is_from_call && !IsKeyword(token, "select");
    }
    ++at_;
    return {};
  }

  void StartFrom(Frame& frame) {
    frame.in_from = true;
    expects_ = true;
  }

  [[nodiscard]] bool IsDistinctFrom() const {
    return at_ >= 2 && IsKeyword(tokens_[at_ - 1], "distinct") &&
           (IsKeyword(tokens_[at_ - 2], "is") || IsKeyword(tokens_[at_ - 2], "not"));
  }

  /// The first USING of a DELETE or MERGE names tables, that of a JOIN columns.
  bool IsSourceUsing() {
    const bool has_source = outline_.verb == Verb::kDelete || outline_.verb == Verb::kMerge;
    if (!has_source || frames_.size() != 1 || at_ < outline_.main || seen_using_) {
      // Columns stand in parentheses; anything else but a sample would be a table.
      return Ahead(1) != nullptr && !Ahead(1)->IsSymbol('(') && !AheadIs(1, "sample") &&
             !AheadIs(1, "key");
    }
    seen_using_ = true;
    return true;
  }

  Status ReadCtes() {
    // WITH ORDINALITY, WITH TIME ZONE, WITH TIES are no CTEs.
    if (AheadIs(1, "ordinality") || AheadIs(1, "time") || AheadIs(1, "ties")) {
      ++at_;
      return {};
    }
    FIRN_TRY(const auto clause, ReadWith(tokens_, at_));
    for (const auto& name : clause.names) {
      const bool is_system = std::ranges::any_of(
          kSystemPrefixes, [&](auto prefix) { return name.starts_with(prefix); });
      if (is_system) return NotATable(name);
      ctes_.insert(name);
    }
    frames_.back().in_from = false;
    ++at_;
    return {};
  }

  std::span<const DuckToken> tokens_;
  Outline outline_;
  std::size_t at_ = 0;
  bool expects_ = false;    ///< the next token stands in the place of a table
  bool is_target_ = false;  ///< of INTO or UPDATE: a '(' behind it holds columns
  bool seen_using_ = false;
  std::vector<Frame> frames_{Frame{}};
  std::vector<Relation> relations_;
  std::set<std::string> ctes_;
};

}  // namespace

Result<std::vector<Relation>> FindRelations(std::span<const DuckToken> tokens) {
  return RelationFinder(tokens).Run();
}

}  // namespace firn::sql
