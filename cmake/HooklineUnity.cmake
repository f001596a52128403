# Compiles several files together, so that they read their headers once: a build of everything takes a third of
# the time. tools/unity.py says which ones can be; the others are compiled alone.

option(HOOKLINE_UNITY "Compile several files together (what a full build is for; needs more memory)" OFF)

if(HOOKLINE_UNITY)
  set(_groups "${PROJECT_BINARY_DIR}/unity.cmake")
  execute_process(
    COMMAND "${HOOKLINE_PYTHON_EXECUTABLE}" -I "${PROJECT_SOURCE_DIR}/tools/unity.py"
      "${PROJECT_SOURCE_DIR}" "${_groups}"
    COMMAND_ERROR_IS_FATAL ANY)
  include("${_groups}")
endif()

# hookline_unity(target): compiles its groups together, in a build that does so.
function(hookline_unity target)
  if(HOOKLINE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # GCC takes a source that is included for a header, in which unnamed namespaces would be a mistake.
      target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endif()
  endif()
endfunction()
