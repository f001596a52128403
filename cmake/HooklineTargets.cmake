# Defines a function for each kind of target. Each accepts a folder that is empty or missing.

# hookline_room(NAME name [PUBLIC lib...] [PRIVATE lib...])
# Makes the static library hookline_<name> (alias hookline::<name>) of the *.cc below src/<name>, without main.cc.
# Includes are relative to src/: #include "hookline/value.h". PUBLIC lists the libraries that its headers include;
# the include directories of PRIVATE libraries are not passed on to targets that link the room.
function(hookline_room)
  cmake_parse_arguments(PARSE_ARGV 0 room "" "NAME" "PUBLIC;PRIVATE")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/${room_NAME}/*.cc")
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  set(target hookline_${room_NAME})
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC
      "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(${target} PUBLIC ${room_PUBLIC} PRIVATE ${room_PRIVATE} Threads::Threads)
    hookline_unity(${target})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE
      "${PROJECT_SOURCE_DIR}/include" "${PROJECT_SOURCE_DIR}/src")
    # This has the effect of PRIVATE: the library is linked, but its include directories are not passed on.
    list(TRANSFORM room_PRIVATE REPLACE "(.+)" "$<LINK_ONLY:\\1>")
    target_link_libraries(${target} INTERFACE ${room_PUBLIC} ${room_PRIVATE} Threads::Threads)
  endif()
  add_library(hookline::${room_NAME} ALIAS ${target})
endfunction()

# hookline_plugin_library(name room-target)
# Makes lib<name>.so of all of a room and its dependencies. Only the symbols in src/<room>/exports.map are
# visible. The library stays loaded until the process ends, because CPython cannot be unloaded.
function(hookline_plugin_library name room_target)
  string(REPLACE "hookline_" "" room "${room_target}")
  set(exports "${PROJECT_SOURCE_DIR}/src/${room}/exports.map")
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/${name}.cc" CONTENT "" @ONLY)
  add_library(${name} SHARED "${PROJECT_BINARY_DIR}/${name}.cc")
  target_link_libraries(${name} PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,${room_target}>")
  target_link_options(${name} PRIVATE
    "LINKER:--version-script=${exports}" "LINKER:-z,nodelete")
  set_target_properties(${name} PROPERTIES LINK_DEPENDS "${exports}")
endfunction()

# hookline_leave_out_asio(list): removes the sources asio_*.cc from a list if CMake has not found Asio.
function(hookline_leave_out_asio list)
  if(NOT HOOKLINE_ASIO_INCLUDE)
    list(FILTER ${list} EXCLUDE REGEX "/asio_[^/]*$")
    set(${list} "${${list}}" PARENT_SCOPE)
  endif()
endfunction()

# hookline_test(room [lib...])
# Makes the executable <room>_test of tests/<room>/*.cc, linked to the room, the further libs and GoogleMock. Its
# main is tests/<room>/main.cc if there is one. The files that tests/alone.txt lists as `executable` become the
# executable <room>_alone_test instead, together with tests/support/alone. Each *_test.py and *_test.sh there is a
# test, too; it finds the executable in $HOOKLINE_BIN, and status 77 means that it was skipped.
# tests/support/ has code that tests of several rooms share. CTest runs the cases of one file in one process, as
# <room>/<file>. A case that tests/alone.txt lists as `case` runs alone, as <room>/<file>/<Suite>.<Case>; with
# HOOKLINE_EACH_CASE in the environment all cases do.
function(hookline_test room)
  set(folder "${PROJECT_SOURCE_DIR}/tests/${room}")
  file(GLOB tests CONFIGURE_DEPENDS "${folder}/*_test.cc")
  hookline_leave_out_asio(tests)
  file(GLOB helpers CONFIGURE_DEPENDS "${folder}/*.cc")
  file(GLOB scripts CONFIGURE_DEPENDS "${folder}/*_test.py" "${folder}/*_test.sh")

  set(main GTest::gmock_main)
  if("${folder}/main.cc" IN_LIST helpers)
    set(main GTest::gmock)
  endif()
  list(FILTER helpers EXCLUDE REGEX "_test\\.cc$")
  file(GLOB support CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/support/*.cc")

  # Helpers are compiled once for the whole folder. tests/support is compiled once per room, with the libraries of
  # the room, since it may use any of them.
  set(usage ${room}_test_usage)
  add_library(${usage} INTERFACE)
  target_link_libraries(${usage} INTERFACE ${ARGN} ${main} spdlog::spdlog)
  if(TARGET hookline_${room})
    target_link_libraries(${usage} INTERFACE hookline::${room})
  endif()
  target_include_directories(${usage} INTERFACE
    "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/src" "${PROJECT_SOURCE_DIR}/include" "${folder}")
  # A test is compiled once and only runs for a moment, so these flags take half of the time of -O2 -g.
  target_compile_options(${usage} INTERFACE "$<$<CONFIG:RelWithDebInfo>:-O0;-g1>")
  # The path is relative, because tests run in the root, and an absolute path would defeat ccache in another
  # checkout.
  target_compile_definitions(${usage} INTERFACE HOOKLINE_SOURCE_DIR=".")
  set(helper_objects "")
  if(tests AND (helpers OR support))
    add_library(${room}_test_helpers OBJECT ${helpers} ${support})
    target_link_libraries(${room}_test_helpers PRIVATE ${usage})
    hookline_unity(${room}_test_helpers)
    set(helper_objects $<TARGET_OBJECTS:${room}_test_helpers>)
  endif()

  file(STRINGS "${PROJECT_SOURCE_DIR}/tests/alone.txt" alone REGEX "^executable ${room}/")
  list(TRANSFORM alone REPLACE "^executable ([^ ]+).*" "${PROJECT_SOURCE_DIR}/tests/\\1.cc")
  foreach(source IN LISTS alone)
    if(NOT source IN_LIST tests)
      message(FATAL_ERROR "tests/alone.txt lists ${source}, which does not exist.")
    endif()
    list(REMOVE_ITEM tests "${source}")
  endforeach()
  if(alone)
    file(GLOB alone_support CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/support/alone/*.cc")
    hookline_test_executable(${room} ${room}_alone_test ${alone} ${alone_support} ${helper_objects})
  endif()
  if(tests)
    hookline_test_executable(${room} ${room}_test ${tests} ${helper_objects})
  endif()

  foreach(source IN LISTS scripts)
    get_filename_component(stem "${source}" NAME_WE)
    set(runner "${HOOKLINE_PYTHON_EXECUTABLE}")
    if(source MATCHES "\\.sh$")
      set(runner bash)
    endif()
    add_test(NAME "${room}/${stem}" COMMAND "${runner}" "${source}"
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set(environment "HOOKLINE_SOURCE_DIR=${PROJECT_SOURCE_DIR}")
    if(TARGET hookline)
      list(APPEND environment "HOOKLINE_BIN=$<TARGET_FILE:hookline>")
    endif()
    set_tests_properties("${room}/${stem}" PROPERTIES
      TIMEOUT 300 SKIP_RETURN_CODE 77 LABELS "${room}" ENVIRONMENT "${environment}"
      COST 1000)  # the longest come first, so that all cores finish together
  endforeach()
endfunction()

# Used by hookline_test. Makes one executable. CTest lists its cases when CTest starts, with the environment of
# the test preset, and not in the middle of the build.
function(hookline_test_executable room target)
  add_executable(${target} ${ARGN})
  target_link_libraries(${target} PRIVATE ${room}_test_usage)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
  hookline_unity(${target})
  set(list "${PROJECT_BINARY_DIR}/test_lists/${target}.cmake")
  file(CONFIGURE OUTPUT "${list}" @ONLY CONTENT [[
# Written by CMake, read by CTest.
execute_process(
  COMMAND "@HOOKLINE_PYTHON_EXECUTABLE@" -I "@PROJECT_SOURCE_DIR@/cmake/list_tests.py" "@room@"
    "@PROJECT_BINARY_DIR@/tests/@target@" "@PROJECT_SOURCE_DIR@"
  WORKING_DIRECTORY "@PROJECT_SOURCE_DIR@" OUTPUT_FILE "@list@.tests" RESULT_VARIABLE status)
if(status EQUAL 0)
  include("@list@.tests")
else()
  add_test("@room@/@target@_cannot_list_its_cases" false)
endif()
]])
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${list}")
endfunction()

# hookline_bench(lib...): makes the executable hookline_bench of bench/*.cc, which is built only by name.
function(hookline_bench)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cc")
  if(NOT sources)
    return()
  endif()
  set(main benchmark::benchmark_main)
  if("${PROJECT_SOURCE_DIR}/bench/main.cc" IN_LIST sources)
    set(main benchmark::benchmark)
  endif()
  add_executable(hookline_bench EXCLUDE_FROM_ALL ${sources})
  target_include_directories(hookline_bench PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_definitions(hookline_bench PRIVATE HOOKLINE_SOURCE_DIR=".")
  target_link_libraries(hookline_bench PRIVATE ${ARGN} ${main})
  hookline_unity(hookline_bench)

  # bench/public is a user's project: it is built against an installation.
  set(prefix "${PROJECT_BINARY_DIR}/bench/installed")
  set(build "${PROJECT_BINARY_DIR}/bench/public")
  add_custom_target(hookline_bench_public
    COMMAND "${CMAKE_COMMAND}" --install "${PROJECT_BINARY_DIR}" --component core --prefix "${prefix}" > "${PROJECT_BINARY_DIR}/bench/install.log"
    COMMAND "${CMAKE_COMMAND}" -S "${PROJECT_SOURCE_DIR}/bench/public" -B "${build}" -G "${CMAKE_GENERATOR}"
      --log-level=WARNING "-DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}" "-DCMAKE_BUILD_TYPE=${CMAKE_BUILD_TYPE}"
      "-DCMAKE_PREFIX_PATH=${prefix}" "-DHOOKLINE_PYTHON_INCLUDE=${HOOKLINE_PYTHON_INCLUDE}"
      "-DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER}" > "${PROJECT_BINARY_DIR}/bench/configure.log"
    COMMAND "${CMAKE_COMMAND}" --build "${build}"
    COMMENT "Building the public benchmarks against an installation" USES_TERMINAL VERBATIM)
  file(MAKE_DIRECTORY "${PROJECT_BINARY_DIR}/bench")
  add_dependencies(hookline_bench_public hookline_shared hookline_static)
  # This is never built. It is in compile_commands.json, so that clang-tidy reads the files.
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/public/*.cc")
  add_library(hookline_bench_public_sources OBJECT EXCLUDE_FROM_ALL ${sources})
  target_include_directories(hookline_bench_public_sources PRIVATE "${PROJECT_SOURCE_DIR}")
  target_compile_definitions(hookline_bench_public_sources PRIVATE HOOKLINE_SOURCE_DIR=".")
  target_link_libraries(hookline_bench_public_sources PRIVATE ${ARGN} benchmark::benchmark)
endfunction()

# hookline_fuzz(lib...): makes a libFuzzer executable of each tests/fuzz/*_fuzz.cc. Without the fuzz preset the
# files are only listed in compile_commands.json, so that clang-tidy reads them. The target fuzz_harnesses builds
# the executables and nothing else.
function(hookline_fuzz)
  add_custom_target(fuzz_harnesses)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/fuzz/*_fuzz.cc")
  foreach(source IN LISTS sources)
    get_filename_component(target "${source}" NAME_WE)
    if(HOOKLINE_FUZZ)
      add_executable(${target} "${source}")
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
      add_dependencies(fuzz_harnesses ${target})
      set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/fuzz")
    else()
      add_library(${target} OBJECT EXCLUDE_FROM_ALL "${source}")
    endif()
    target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}")
    target_link_libraries(${target} PRIVATE ${ARGN})
  endforeach()
endfunction()

# hookline_examples(lib...): makes example_<name> of examples/<name>.cc, and of the folder examples/<name> if that has a
# main.cc.
function(hookline_examples)
  file(GLOB mains CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/examples/*.cc" "${PROJECT_SOURCE_DIR}/examples/*/main.cc")
  hookline_leave_out_asio(mains)
  foreach(main IN LISTS mains)
    cmake_path(GET main STEM name)
    set(sources "${main}")
    if(name STREQUAL "main")
      cmake_path(GET main PARENT_PATH folder)
      cmake_path(GET folder FILENAME name)
      file(GLOB sources CONFIGURE_DEPENDS "${folder}/*.cc")
    endif()
    add_executable(example_${name} ${sources})
    target_include_directories(example_${name} PRIVATE "${PROJECT_SOURCE_DIR}/examples")
    target_link_libraries(example_${name} PRIVATE ${ARGN})
    # Its work is done in the library, and -O2 would take half as long again.
    target_compile_options(example_${name} PRIVATE "$<$<CONFIG:RelWithDebInfo>:-O1>")
    set_target_properties(example_${name} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/examples")
  endforeach()
endfunction()
