# What bench/foundation.py times.
add_executable(translation_driver ${PROJECT_SOURCE_DIR}/bench/translation_driver.cpp)
target_link_libraries(translation_driver PRIVATE firn_sql)
