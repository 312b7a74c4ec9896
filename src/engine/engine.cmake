# macros.sql becomes part of the program.
set(macros_sql ${CMAKE_CURRENT_SOURCE_DIR}/engine/macros.sql)
set(macros_inc ${CMAKE_CURRENT_BINARY_DIR}/generated/engine/macros.inc)
add_custom_command(OUTPUT ${macros_inc}
  COMMAND ${CMAKE_COMMAND} -DINPUT=${macros_sql} -DOUTPUT=${macros_inc}
    -P ${PROJECT_SOURCE_DIR}/cmake/embed_text.cmake
  DEPENDS ${macros_sql} ${PROJECT_SOURCE_DIR}/cmake/embed_text.cmake
  VERBATIM)
# For who reads the sources without a build: clang-tidy.
add_custom_target(generated DEPENDS ${macros_inc})
target_sources(firn_engine PRIVATE ${macros_inc})
target_include_directories(firn_engine PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated)
set_property(SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/engine/macros.cpp APPEND PROPERTY OBJECT_DEPENDS ${macros_inc})
if(TARGET engine_test)
  target_compile_definitions(engine_test PRIVATE FIRN_TEST_EXTENSIONS="${FIRN_DEPS}/duckdb/extensions")
endif()

# What tests/durability traces.
add_executable(engine_driver ${PROJECT_SOURCE_DIR}/tests/durability/engine_driver.cpp)
target_link_libraries(engine_driver PRIVATE firn_engine)
