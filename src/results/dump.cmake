# The program that tests/results uses to see a result as clients see it.
add_executable(results_dump ${PROJECT_SOURCE_DIR}/tests/results/results_dump.cpp)
target_link_libraries(results_dump PRIVATE firn_results)
