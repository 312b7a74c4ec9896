#include <arrow/array/builder_binary.h>
#include <arrow/array/util.h>
#include <arrow/extension_type.h>
#include <arrow/type.h>

#include "results/encode_column.hpp"
#include "results/value_text.hpp"

namespace firn::results {
namespace {

ArrayPtr WithoutExtension(const ArrayPtr& array) {
  if (array->type_id() != arrow::Type::EXTENSION) return array;
  return static_cast<const arrow::ExtensionArray&>(*array).storage();
}

template <typename Builder, typename Append>
Result<ArrayPtr> Build(const arrow::Array& array, Append append) {
  Builder builder;
  FIRN_CHECK(FromArrow(builder.Reserve(array.length())));
  std::string text;
  for (std::int64_t i = 0; i < array.length(); ++i) {
    if (array.IsNull(i)) {
      FIRN_CHECK(FromArrow(builder.AppendNull()));
      continue;
    }
    text.clear();
    append(i, text);
    FIRN_CHECK(FromArrow(builder.Append(text)));
  }
  return FromArrow(builder.Finish());
}

}  // namespace

Result<ArrayPtr> EncodeText(const ArrayPtr& from) {
  const ArrayPtr array = WithoutExtension(from);
  if (array->type_id() == arrow::Type::STRING) return array;
  if (array->type_id() == arrow::Type::NA) {
    return FromArrow(arrow::MakeArrayOfNull(arrow::utf8(), array->length()));
  }
  return Build<arrow::StringBuilder>(
      *array, [&](std::int64_t row, std::string& out) { AppendText(*array, row, out); });
}

Result<ArrayPtr> EncodeBinary(const ArrayPtr& from) {
  const ArrayPtr array = WithoutExtension(from);
  if (array->type_id() == arrow::Type::BINARY) return array;
  if (array->type_id() != arrow::Type::LARGE_BINARY &&
      array->type_id() != arrow::Type::BINARY_VIEW) {
    return Error{Code::kInternal, "a BINARY column came as " + array->type()->ToString() + "."};
  }
  return Build<arrow::BinaryBuilder>(*array, [&](std::int64_t row, std::string& out) {
    out = array->type_id() == arrow::Type::BINARY_VIEW
              ? std::string(static_cast<const arrow::BinaryViewArray&>(*array).GetView(row))
              : std::string(static_cast<const arrow::LargeBinaryArray&>(*array).GetView(row));
  });
}

Result<ArrayPtr> EncodeColumn(const ArrayPtr& array, Target& target) {
  using types::Kind;
  switch (target.column.type.kind) {
    case Kind::kNumber: return EncodeNumber(*array, target);
    case Kind::kFloat:
      if (array->type_id() == arrow::Type::DOUBLE) return array;
      return MapValues<float, double>(*array, target.wire,
                                      [](float value) { return static_cast<double>(value); });
    case Kind::kBoolean:
    case Kind::kDate: return array;
    case Kind::kTime:
    case Kind::kTimestampNtz:
    case Kind::kTimestampLtz: return EncodeTime(*array, target);
    case Kind::kTimestampTz: return EncodeTimestampTz(*array, target);
    case Kind::kBinary: return EncodeBinary(array);
    default: return EncodeText(array);
  }
}

}  // namespace firn::results
