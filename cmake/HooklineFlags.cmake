# Sets compiler flags: the standard and, if this is the top-level project, warnings as errors, sanitizers,
# coverage and ccache.

set(HOOKLINE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined or thread)")
option(HOOKLINE_COVERAGE "Count the lines that run (needs clang)" OFF)
option(HOOKLINE_FUZZ "Build the libFuzzer harnesses (needs clang)" OFF)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON)

# A project that embeds this one chooses its own warnings, sanitizers and cache.
if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(HOOKLINE_CCACHE ccache)
if(HOOKLINE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Paths are hashed relative to the checkout, so that a fresh clone finds the objects of another one. With
  # coverage they are not, because its objects name their folder.
  set(ccache_settings "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}")
  if(NOT HOOKLINE_COVERAGE)
    list(APPEND ccache_settings CCACHE_NOHASHDIR=1)
  endif()
  set(CMAKE_CXX_COMPILER_LAUNCHER
    "${CMAKE_COMMAND}" -E env ${ccache_settings} "${HOOKLINE_CCACHE}")
endif()

# mold links in a fraction of ld's time.
find_program(HOOKLINE_MOLD mold)
if(HOOKLINE_MOLD AND NOT CMAKE_CROSSCOMPILING)
  add_link_options(-fuse-ld=mold)
endif()

option(HOOKLINE_WERROR "Warnings are errors" ON)
if(HOOKLINE_WERROR)
  add_compile_options(-Werror)
endif()
add_compile_options(-fno-semantic-interposition)  # see -Bsymbolic-functions in HooklineInstall.cmake
add_compile_options(
  -Wall -Wextra -Wpedantic
  -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion -Wcast-align -Wcast-qual
  -Wformat=2 -Wmissing-declarations -Wunused -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor>
  $<$<COMPILE_LANGUAGE:CXX>:-Woverloaded-virtual>
  $<$<COMPILE_LANGUAGE:CXX>:-Wold-style-cast>
  $<$<COMPILE_LANGUAGE:CXX>:-Wextra-semi>
  # Designated initialisers and CPython's method tables leave fields out on purpose; they are zero.
  -Wno-missing-field-initializers)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_compile_options(
    -Wduplicated-cond -Wduplicated-branches -Wlogical-op
    $<$<COMPILE_LANGUAGE:CXX>:-Wsuggest-override>
    # GCC 12 sees an overlapping copy in "literal" + std::string (GCC bug 105651).
    -Wno-restrict)
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_compile_options(
    # GoogleTest's typed tests and CPython's macros expand to such code.
    -Wno-gnu-zero-variadic-macro-arguments
    # libstdc++ 12's own std::stable_sort uses deprecated functions in C++23.
    -Wno-deprecated-declarations)
endif()

if(HOOKLINE_SANITIZE)
  add_compile_options(-fsanitize=${HOOKLINE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${HOOKLINE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(
      # The instrumentation itself confuses GCC's flow analysis; the other presets keep this warning.
      -Wno-maybe-uninitialized
      # GCC's TSan does not model fences, which moodycamel uses: tests/suppressions/tsan.supp.
      -Wno-tsan)
  endif()
endif()

if(HOOKLINE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "The fuzz harnesses need clang (libFuzzer): use 'cmake --preset fuzz'.")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()

if(HOOKLINE_COVERAGE)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "The coverage build needs clang: use 'cmake --preset coverage'.")
  endif()
  # Without atomic counters, worker threads would lose counts.
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping -fprofile-update=atomic)
  add_link_options(-fprofile-instr-generate)
endif()

# Every build with asserts has libstdc++'s cheap checks (bounds, empty optional).
add_compile_definitions($<$<NOT:$<CONFIG:RelWithDebInfo,Release,MinSizeRel>>:_GLIBCXX_ASSERTIONS>)
