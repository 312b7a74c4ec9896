#include "statements/output_types.hpp"

#include <algorithm>

namespace firn::statements {
namespace {

using sql::Output;
using sql::OutputScope;
using sql::OutputSource;
using Columns = std::vector<KnownColumn>;

/// A source of a SELECT with its columns.
struct Opened {
  const OutputSource& source;
  KnownColumns columns;
};

KnownColumn Unknown(std::string name) {
  KnownColumn out;
  out.column.name = std::move(name);
  return out;
}

/// The type that both members of a set operation have, or none.
void Unite(KnownColumn& into, const KnownColumn& other) {
  auto& type = into.column.type;
  const auto& added = other.column.type;
  into.column.nullable = into.column.nullable || other.column.nullable;
  into.is_typed =
      into.is_typed && other.is_typed && type.kind == added.kind && type.scale == added.scale;
  type.length = std::max(type.length, added.length);
  type.precision = std::max(type.precision, added.precision);
  type.stored_as_int64 = type.stored_as_int64 && added.stored_as_int64;
  auto& column = into.column;
  const bool same_origin = column.table == other.column.table &&
                           column.schema == other.column.schema &&
                           column.database == other.column.database;
  if (!same_origin) column.database = column.schema = column.table = "";
}

class Resolver {
 public:
  Resolver(const std::vector<OutputScope>& scopes, const SlotColumns& slots)
      : scopes_(scopes), slots_(slots) {}

  KnownColumns Run() {
    for (const auto& scope : scopes_) {
      resolved_.push_back(scope.united.empty() ? Select(scope) : SetOperation(scope));
    }
    return resolved_.empty() ? std::nullopt : std::move(resolved_.back());
  }

 private:
  [[nodiscard]] KnownColumns SetOperation(const OutputScope& scope) const {
    KnownColumns out = resolved_[scope.united.front()];
    for (std::size_t i = 1; out && i < scope.united.size(); ++i) {
      const auto& member = resolved_[scope.united[i]];
      if (!member || member->size() != out->size()) return std::nullopt;
      for (std::size_t k = 0; k < out->size(); ++k) Unite((*out)[k], (*member)[k]);
    }
    return out;
  }

  [[nodiscard]] KnownColumns Source(const OutputSource& source) const {
    KnownColumns out;
    switch (source.from) {
      case OutputSource::From::kNothingKnown: return std::nullopt;
      case OutputSource::From::kTable: out = slots_.tables[source.index]; break;
      case OutputSource::From::kResultScan: out = slots_.result_scans[source.index]; break;
      case OutputSource::From::kScope: out = resolved_[source.index]; break;
    }
    if (!out) return out;
    for (std::size_t i = 0; i < source.columns.size() && i < out->size(); ++i) {
      (*out)[i].column.name = source.columns[i];
    }
    for (auto& column : *out) column.column.nullable |= source.nullable;
    return out;
  }

  [[nodiscard]] KnownColumns Select(const OutputScope& scope) const {
    if (!scope.outputs) return std::nullopt;
    std::vector<Opened> opened;
    for (const auto& source : scope.sources) opened.push_back({source, Source(source)});
    Columns out;
    for (const auto& output : *scope.outputs) {
      if (output.kind != Output::Kind::kStar) {
        out.push_back(One(output, opened));
      } else if (!Star(output, opened, out)) {
        return std::nullopt;
      }
    }
    return out;
  }

  /// Adds the columns of `*`; false when they cannot be told.
  static bool Star(const Output& star, const std::vector<Opened>& opened, Columns& out) {
    bool found = false;
    for (const auto& from : opened) {
      if (!star.qualifier.empty() && from.source.alias != star.qualifier) continue;
      if (!from.columns) return false;
      found = true;
      for (const auto& column : *from.columns) {
        const auto& name = column.column.name;
        const auto has = [&](const std::vector<std::string>& names) {
          return std::find(names.begin(), names.end(), name) != names.end();
        };
        const bool is_merged = star.qualifier.empty() && has(from.source.merged);
        if (!is_merged && !has(star.excluded)) out.push_back(column);
      }
    }
    return found;
  }

  static KnownColumn One(const Output& output, const std::vector<Opened>& opened) {
    auto out = Unknown(output.name);
    if (output.kind == Output::Kind::kType) {
      if (auto type = types::Parse(output.of); type) {
        out.column.type = *type;
        out.column.nullable = output.nullable;
        out.is_typed = true;
      }
      return out;
    }
    if (output.kind != Output::Kind::kColumn) return out;
    if (const auto* column = Find(output, opened); column != nullptr) {
      out = *column;
      out.column.name = output.name;
      out.column.nullable = column->column.nullable || output.nullable;
    }
    return out;
  }

  /// The column that a name means, when that is certain.
  static const KnownColumn* Find(const Output& output, const std::vector<Opened>& opened) {
    for (const auto& from : opened) {
      if (!output.qualifier.empty() && from.source.alias != output.qualifier) continue;
      if (!from.columns) return nullptr;
      const auto at = std::find_if(from.columns->begin(), from.columns->end(),
                                   [&](auto& column) { return column.column.name == output.of; });
      if (at != from.columns->end()) return &*at;
    }
    return nullptr;
  }

  const std::vector<OutputScope>& scopes_;
  const SlotColumns& slots_;
  std::vector<KnownColumns> resolved_;
};

}  // namespace

KnownColumns ColumnsOf(const catalog::Object& table_or_view) {
  Columns out;
  for (const auto& column : table_or_view.columns) {
    KnownColumn known;
    known.column.name = column.name;
    known.column.type = column.type;
    known.column.nullable = column.nullable;
    known.column.database = table_or_view.name.database;
    known.column.schema = table_or_view.name.schema;
    known.column.table = table_or_view.name.name;
    known.is_typed = true;
    out.push_back(std::move(known));
  }
  return out;
}

KnownColumns ColumnsOf(const std::vector<results::ResultColumn>& result) {
  Columns out;
  for (const auto& column : result) out.push_back({column, true});
  return out;
}

KnownColumns ResolveOutputs(const std::vector<sql::OutputScope>& scopes, const SlotColumns& slots) {
  return Resolver(scopes, slots).Run();
}

std::vector<results::ResultColumn> WithDeclaredTypes(const std::vector<engine::Column>& made,
                                                     const KnownColumns& known) {
  bool is_same = known && known->size() == made.size();
  for (std::size_t i = 0; is_same && i < made.size(); ++i) {
    const auto& name = (*known)[i].column.name;
    is_same = name.empty() || name == made[i].name;
  }
  std::vector<results::ResultColumn> out;
  for (std::size_t i = 0; i < made.size(); ++i) {
    results::ResultColumn column;
    const auto implied = types::FromEngine(made[i].type);
    if (is_same) column = (*known)[i].column;
    column.name = made[i].name;
    if (!is_same || !(*known)[i].is_typed || !types::IsStoredAs(column.type, made[i].type)) {
      column.type = implied;
    }
    column.type.stored_as_int64 = implied.stored_as_int64;
    out.push_back(std::move(column));
  }
  return out;
}

}  // namespace firn::statements
