find_library(EDIT_LIBRARY edit REQUIRED)
find_path(EDIT_INCLUDE histedit.h REQUIRED)
target_link_libraries(firn_cli PUBLIC ${EDIT_LIBRARY})
target_include_directories(firn_cli SYSTEM PRIVATE ${EDIT_INCLUDE})
target_compile_definitions(firn_cli PRIVATE
  FIRN_VERSION="${PROJECT_VERSION}"
  FIRN_DEFAULT_PYTHON="${FIRN_DEPS}/env/core/bin/python")
