# Third-party libraries as imported targets. Where each comes from: docs/dependencies.md.

find_package(Threads REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(CLI11 REQUIRED)
find_package(doctest REQUIRED)
find_library(ARGON2_LIBRARY argon2 REQUIRED)

# DuckDB: one shared library and one C header, unpacked by tools/setup.
add_library(DuckDB::duckdb SHARED IMPORTED)
set_target_properties(DuckDB::duckdb PROPERTIES
  IMPORTED_LOCATION ${FIRN_DEPS}/duckdb/libduckdb.so
  INTERFACE_INCLUDE_DIRECTORIES ${FIRN_DEPS}/duckdb)

# Arrow C++: headers and libraries inside the pyarrow wheel of the core environment.
file(GLOB FIRN_PYARROW ${FIRN_DEPS}/env/core/lib/python3*/site-packages/pyarrow)
if(NOT FIRN_PYARROW)
  message(FATAL_ERROR "no pyarrow in ${FIRN_DEPS}/env/core: run `make setup` first")
endif()
function(firn_arrow_library target name)
  file(GLOB candidates ${FIRN_PYARROW}/lib${name}.so.*)
  list(FILTER candidates INCLUDE REGEX "\\.so\\.[0-9]+$")
  list(GET candidates 0 location)
  add_library(${target} SHARED IMPORTED)
  set_target_properties(${target} PROPERTIES
    IMPORTED_LOCATION ${location}
    INTERFACE_INCLUDE_DIRECTORIES ${FIRN_PYARROW}/include)
endfunction()
firn_arrow_library(Arrow::arrow arrow)

set(CMAKE_BUILD_RPATH ${FIRN_PYARROW} ${FIRN_DEPS}/duckdb)
