# The simulation of the dispatcher (HACKING.md): its sources are compiled a second time, with tests/simulate/replace.h
# before each file, and the bugs of tests/simulate/planted.toml behind switches. ThreadSanitizer and coverage have nothing
# to see there, since it takes the place of the processor's synchronization. It switches stacks by x86-64's instructions.
if(HOOKLINE_SANITIZE MATCHES "thread" OR HOOKLINE_COVERAGE OR HOOKLINE_FUZZ
   OR NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
  return()
endif()

set(planted "${PROJECT_BINARY_DIR}/simulate")
set(plant "${PROJECT_SOURCE_DIR}/tests/simulate/plant.py")
execute_process(
  COMMAND "${HOOKLINE_PYTHON_EXECUTABLE}" -I "${plant}" "${PROJECT_SOURCE_DIR}" "${planted}"
  COMMAND_ERROR_IS_FATAL ANY)
file(GLOB_RECURSE copies RELATIVE "${planted}" "${planted}/src/*" "${planted}/include/*")
list(TRANSFORM copies PREPEND "${PROJECT_SOURCE_DIR}/")
# The copies are made when CMake runs, which a change of their originals demands.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  "${plant}" "${PROJECT_SOURCE_DIR}/tools/mutate/planting.py" "${PROJECT_SOURCE_DIR}/tests/simulate/planted.toml"
  ${copies})

# From the other rooms it needs the files that do not use CPython. Loops of the system are not simulated.
file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/dispatch/*.cc")
list(FILTER sources EXCLUDE REGEX "/dispatch/(exec/(libuv_loop|poll_loop)|stream/.*)\\.cc$")
foreach(name IN ITEMS argument convert error number_text owned_request python_name text utf8 value value_path value_repr)
  list(APPEND sources "${PROJECT_SOURCE_DIR}/src/marshal/${name}.cc")
endforeach()
list(APPEND sources "${PROJECT_SOURCE_DIR}/src/plugin/functions/host_port.cc")
set(chosen "")
foreach(source IN LISTS sources)
  file(RELATIVE_PATH path "${PROJECT_SOURCE_DIR}" "${source}")
  if(EXISTS "${planted}/${path}")
    set(source "${planted}/${path}")
  endif()
  list(APPEND chosen "${source}")
endforeach()
file(GLOB own CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/simulate/*.cc")

# `make simulate` builds and runs it.
add_executable(simulate EXCLUDE_FROM_ALL ${chosen} ${own})
target_include_directories(simulate PRIVATE
  "${planted}/src" "${planted}/include" "${planted}" "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/src"
  "${PROJECT_SOURCE_DIR}/include")
target_link_libraries(simulate PRIVATE concurrentqueue::concurrentqueue Threads::Threads)
# It runs much longer than it takes to compile, so it is optimized in every build.
target_compile_options(simulate PRIVATE -O1 -g1 -UNDEBUG
  "SHELL:-include ${PROJECT_SOURCE_DIR}/tests/simulate/replace.h")
hookline_unity(simulate)
set_target_properties(simulate PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
