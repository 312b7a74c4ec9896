#include "engine/ingest.hpp"

#include <arrow/record_batch.h>
#include <doctest/doctest.h>

#include <fstream>

#include "engine/csv_columns.hpp"
#include "engine/test_lake.hpp"

using namespace firn;
using namespace firn::engine;
namespace fs = std::filesystem;

namespace {

/// A lake, an ingest of <folder>/in, and a way to read a file through both.
struct Desk {
  TestLake lake;
  fs::path in = lake.folder() / "in";
  std::unique_ptr<Ingest> ingest;
  std::unique_ptr<FileScan> scan;

  Desk() {
    fs::create_directories(in);
    ingest = *Ingest::Open({in}, 256LL << 20, 2);
  }
  fs::path Write(const std::string& name, const std::string& content) const {
    std::ofstream(in / name, std::ios::binary) << content;
    return in / name;
  }
  std::vector<std::string> Read(const fs::path& file, const FileFormat& format) {
    auto opened = ingest->Scan({file}, format);
    REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
    scan = *std::move(opened);
    auto source = lake.engine().Register(scan->reader());
    auto connection = *lake.engine().Connect();
    return Rows(*connection, "SELECT * FROM firn_scan('" + source->name() + "')");
  }
};

}  // namespace

TEST_CASE("ingest: a CSV file is read as text with exactly the options given") {
  Desk desk;
  FileFormat format;
  format.quote = "\"";
  format.skip_header = 1;
  format.null_if = {"\\N"};
  const auto file = desk.Write("a.csv", "id,na'me\n1,\"a, \"\"b\"\"\"\n2,\\N\n3,\n");
  CHECK(desk.Read(file, format) == std::vector<std::string>{"1|a, \"b\"", "2|NULL", "3|NULL"});
  CHECK(desk.scan->columns()[0].name == "c1");
  CHECK(desk.scan->columns()[0].type.kind == TypeKind::kVarchar);
  format.parse_header = true;
  format.skip_header = 0;
  CHECK(desk.Read(file, format).size() == 3);
  CHECK(desk.scan->columns()[1].name == "na'me");
  format = {};
  format.field_delimiter = "|";
  format.empty_field_as_null = false;
  format.trim_space = true;
  CHECK(desk.Read(desk.Write("b.csv", " x |\n|y\n"), format) ==
        std::vector<std::string>{"x|", "|y"});
}

TEST_CASE("ingest: bad rows are reported by line and column, the rest is read") {
  Desk desk;
  FileFormat format;
  format.quote = "\"";
  format.parse_header = true;
  format.infer_types = true;
  format.skip_bad_rows = true;
  std::string content = "id,text,amount\n1,\"two\nlines\",2.5\n";
  for (int i = 2; i < 25'000; ++i) content += std::to_string(i) + ",x,1\n";
  content += "oops,x,1\n7\n8,x,1,9\n25000,x,1\n";
  const auto rows = desk.Read(desk.Write("c.csv", content), format);
  CHECK(rows.size() == 25'000);
  CHECK(desk.scan->columns()[0].type.kind == TypeKind::kBigint);
  CHECK(desk.scan->columns()[1].type.kind == TypeKind::kVarchar);
  CHECK(desk.scan->columns()[2].type.kind == TypeKind::kDouble);
  const auto bad = *desk.scan->BadRows();
  REQUIRE(bad.size() == 3);
  CHECK(bad[0].line == 25'002);
  CHECK(bad[0].column == "id");
  CHECK(bad[0].message.find("oops") != std::string::npos);
  CHECK(bad[1].line == 25'003);
  CHECK(bad[2].line == 25'004);
}

TEST_CASE("ingest: a bad row ends the read where bad rows are not skipped") {
  Desk desk;
  std::string late;
  for (int i = 0; i < 300'000; ++i) late += "1,a\n";
  for (const auto& content : {std::string("1,a\n"), late}) {
    auto scan = desk.ingest->Scan({desk.Write("d.csv", content + "2\n")}, {});
    const auto error = [&] {
      if (!scan) return scan.error();  // a small file is read at once
      auto source = desk.lake.engine().Register((*scan)->reader());
      auto connection = *desk.lake.engine().Connect();
      return Failure(*connection, "SELECT * FROM firn_scan('" + source->name() + "')");
    }();
    CHECK_MESSAGE(error.sql_number == 100080, error.message);
    CHECK(error.message.find(desk.in.string()) == std::string::npos);
  }
}

TEST_CASE("ingest: types are inferred from what every value of the sample is") {
  Desk desk;
  FileFormat format;
  format.parse_header = true;
  format.infer_types = true;
  CHECK(desk.Read(desk.Write(
                      "e.csv",
                      "a,b,c,d,e,f,g,h\n1,2013-01-01,2013-01-01T05:00:00Z,00501,true,1.5,9:30,\n"
                      "-2,2013-1-2,2013-01-01 05:00,00502,FALSE,2,10:00:01,\n"),
                  format)
            .size() == 2);
  const std::vector<TypeKind> expected = {
      TypeKind::kBigint,  TypeKind::kDate,   TypeKind::kTimestamp, TypeKind::kVarchar,
      TypeKind::kBoolean, TypeKind::kDouble, TypeKind::kTime,      TypeKind::kVarchar};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(desk.scan->columns()[i].type.kind == expected[i]);
  }
}

TEST_CASE("ingest: JSON is read as documents or as inferred columns, Parquet as it is") {
  Desk desk;
  FileFormat format;
  format.kind = FileKind::kJson;
  const auto file = desk.Write("f.json", "{\"a\": 1, \"b\": \"x\"}\n{\"a\": 2}\n");
  CHECK(desk.Read(file, format) ==
        std::vector<std::string>{"{\"a\": 1, \"b\": \"x\"}", "{\"a\": 2}"});
  format.infer_types = true;
  CHECK(desk.Read(file, format) == std::vector<std::string>{"1|x", "2|NULL"});
  auto connection = *desk.lake.engine().Connect();
  Run(*connection, {"CREATE TABLE lake.t AS SELECT range AS a FROM range(3000)"});
  format.kind = FileKind::kParquet;
  for (const auto& entry : fs::recursive_directory_iterator(desk.lake.settings().lake_dir)) {
    if (entry.path().extension() == ".parquet") fs::copy_file(entry.path(), desk.in / "g.parquet");
  }
  CHECK(desk.Read(desk.in / "g.parquet", format).size() == 3000);
}

TEST_CASE("ingest: only files below its folders can be opened, whatever their name") {
  Desk desk;
  for (const auto kind : {FileKind::kCsv, FileKind::kJson, FileKind::kParquet}) {
    FileFormat format;
    format.kind = kind;
    for (const fs::path& file : {fs::path("/etc/passwd"), desk.in / ".." / "lake" / "lock",
                                 fs::path("x'), ('/etc/passwd")}) {
      CHECK_FALSE(desk.ingest->Scan({file}, format));
    }
  }
  const auto odd = desk.Write("it's [a] file.csv", "1\n");
  CHECK(desk.Read(odd, {}) == std::vector<std::string>{"1"});
}
