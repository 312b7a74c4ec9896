#ifdef __SANITIZE_THREAD__

// DuckLake's jemalloc takes all of its locks at a fork, more than the deadlock detector can hold.
extern "C" const char* __tsan_default_options() { return "detect_deadlocks=0"; }

#endif
